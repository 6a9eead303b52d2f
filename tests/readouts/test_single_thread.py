from concurrent.futures import ThreadPoolExecutor

from readouts.single_thread import blas_controller, single_threaded


def threads():
    return [library["num_threads"] for library in blas_controller().info() if library["user_api"] == "blas"]


def test_one_thread_inside_and_the_number_of_before_after_overlapping_uses():
    def use(_):
        with single_threaded():
            return set(threads())

    before = threads()
    with ThreadPoolExecutor(4) as pool:
        assert all(found <= {1} for found in pool.map(use, range(40)))
    assert threads() == before
