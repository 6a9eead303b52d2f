from concurrent.futures import ThreadPoolExecutor

from readouts.single_thread import blas_controller, limited_blas, single_threaded


def threads():
    return [library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_the_number_of_before_after():
    before = threads()
    with limited_blas(2):
        assert threads() == [min(2, number) for number in before]
        with single_threaded():
            assert set(threads()) <= {1}
            with limited_blas(2):
                assert set(threads()) <= {1}
        assert threads() == [min(2, number) for number in before]
    assert threads() == before


def test_users_that_overlap_in_any_order_leave_nothing_behind():
    def use(_):
        with single_threaded():
            return sum(threads())

    before = threads()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, range(40)))
        assert threads() == before
        with single_threaded():  # held here, so that the others change nothing
            assert set(pool.map(use, range(8))) == {len(before)}
    assert threads() == before
    one, other = limited_blas(1), limited_blas(2)
    one.__enter__()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(other.__enter__).result()
        one.__exit__(None, None, None)
        pool.submit(other.__exit__, None, None, None).result()
    assert threads() == before
