import contextlib
import io
import struct
import time
import tracemalloc
import wave

import numpy as np
import pytest
from scipy.io import wavfile
from wav_files import chunk, layout, riff

from reservoir.speech.riff import is_wav, read_sound

RANDOM = np.random.RandomState(0)
SOUND = RANDOM.randint(-(2**15), 2**15, 100).astype("<i2")
DATA = SOUND.tobytes()
STEPS = SOUND / 2**15
# What programs write that do not know the size: nothing, all ones (ffmpeg), sox, lame and oboe, and sox in stereo.
PLACEHOLDERS = [0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0x7FFFEFFC, 0xFFFFFFFF - 36]


def samples_of(content):
    return read_sound(content)[1][:, 0]


def test_a_wav_file_is_recognized_by_its_header():
    for magic in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        assert is_wav(magic + b"1234WAVE")
    assert not any(map(is_wav, [b"", b"RIFF", b"RIFF1234AVI ", b"fLaC1234WAVE", b"WAVE1234RIFF"]))


@pytest.mark.parametrize("n_channels", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["u1", "i2", "i4", "f4", "f8"])
def test_ordinary_files_are_read_as_scipy_reads_them(dtype, n_channels):
    integers = RANDOM.randint(0, 2**31, (25, n_channels)).astype(np.uint32)
    samples = (integers / 2.0**31 - 0.5).astype(dtype) if dtype[0] == "f" else integers.astype(dtype)
    file = io.BytesIO()
    wavfile.write(file, 44100, samples.squeeze())
    rate, found = read_sound(file.getvalue())
    scale, shift = {"u1": (128, 128), "i2": (2**15, 0), "i4": (2**31, 0)}.get(dtype, (1, 0))
    np.testing.assert_array_equal(found, (wavfile.read(file)[1].reshape(-1, n_channels).astype(float) - shift) / scale)
    assert rate == 44100 and found.shape == (25, n_channels) and found.dtype == np.float64


@pytest.mark.parametrize("n_bytes", [1, 2, 3, 4])
def test_ordinary_files_are_read_as_the_module_wave_reads_them(n_bytes):
    content, file = RANDOM.bytes(30 * 2 * n_bytes), io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, n_bytes, 16000, 0, "NONE", ""))
        writer.writeframes(content)
    with wave.open(io.BytesIO(file.getvalue())) as reader:
        frames = reader.readframes(30)
    pieces = [frames[k : k + n_bytes] for k in range(0, len(frames), n_bytes)]
    integers = [int.from_bytes(piece, "little", signed=n_bytes > 1) - 128 * (n_bytes == 1) for piece in pieces]
    np.testing.assert_array_equal(read_sound(file.getvalue())[1].ravel(), np.array(integers) / 2.0 ** (8 * n_bytes - 1))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize("dtype", ["u1", "i2", "24", "i4", "f4", "f8"])
def test_both_byte_orders_and_the_extensible_format(dtype, extensible, order):
    expected = np.array([-1.0, 0.0, 0.25, -(2.0**-7)])
    if dtype == "24":
        data = b"".join(int(x * 2**23).to_bytes(3, "little" if order == "<" else "big", signed=True) for x in expected)
    else:
        scale, shift = {"u1": (128, 128), "i2": (2**15, 0), "i4": (2**31, 0)}.get(dtype, (1, 0))
        data = (expected * scale + shift).astype(order + dtype).tobytes()
    kind = 3 if dtype[0] == "f" else 1
    head = layout(2 * len(data), kind=kind, order=order, extensible=extensible)  # four samples
    np.testing.assert_array_equal(samples_of(riff(head, chunk(b"data", data, order=order), order=order)), expected)


def test_samples_of_few_bits_fill_their_bytes_from_above():
    assert samples_of(riff(layout(12, frame=2), chunk(b"data", struct.pack("<h", 0x4000)))) == [0.5]
    assert samples_of(riff(layout(20, frame=3), chunk(b"data", b"\0\0\x40"))) == [0.5]
    assert samples_of(riff(layout(24, frame=4), chunk(b"data", b"\0\0\0\x40"))) == [0.5]


@pytest.mark.parametrize("size", [0, 9999, 36, 1, 243, 236 + 7, 0xFFFFFFFF, 0x7FFFF024])
def test_the_size_of_the_file_is_not_asked(size):
    np.testing.assert_array_equal(samples_of(riff(layout(), chunk(b"data", DATA), size=size)), STEPS)


@pytest.mark.parametrize("size", PLACEHOLDERS)
@pytest.mark.parametrize("whole", [None, 0, 36, 0xFFFFFFFF, 0x7FFFF024])
def test_sound_of_unknown_size_lasts_to_the_end(size, whole):
    before = chunk(b"LIST", b"INFOISFT\x0e\0\0\0Lavf60.16.100\0")
    content = riff(layout(), before, chunk(b"data", DATA, size), size=whole)
    np.testing.assert_array_equal(samples_of(content), STEPS)
    np.testing.assert_array_equal(samples_of(content + b"\x01"), STEPS)  # a frame that is not whole


@pytest.mark.parametrize("whole", [None, 0, 36, 0xFFFFFFFF])
def test_no_sound_is_none_where_a_chunk_or_nothing_follows(whole):
    empty, tags = chunk(b"data", b""), chunk(b"LIST", b"INFO")
    for behind in ([], [tags], [empty, tags]):
        assert samples_of(riff(layout(), empty, *behind, size=whole)).size == 0
    np.testing.assert_array_equal(samples_of(riff(layout(), empty, chunk(b"data", DATA), size=whole)), STEPS)


def large_file(size, behind=b"", magic=b"RF64"):
    """Return a file whose sizes stand in 64 bits in a chunk of their own."""
    sizes = chunk(b"ds64", struct.pack("<QQQI", 2**64 - 1, size, 0, 0))
    return riff(sizes, layout(), chunk(b"data", DATA, 0xFFFFFFFF), behind, size=0xFFFFFFFF, magic=magic)


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
def test_sizes_of_64_bits(magic):
    np.testing.assert_array_equal(samples_of(large_file(len(DATA), chunk(b"LIST", b"INFO"), magic)), STEPS)
    for unknown in (0, 2**64 - 1):
        np.testing.assert_array_equal(samples_of(large_file(unknown, magic=magic)), STEPS)
    with pytest.raises(ValueError, match=f"is cut short .of the {2**40 + 2**14} bytes of its sound 200 are there"):
        read_sound(large_file(2**40 + 2**14, magic=magic))


@pytest.mark.parametrize(
    "behind",
    [
        b"\0",
        b"\0" * 5,
        b"\0" * 4096,
        b"TAG",
        b"ID3\x03" + bytes(60),
        b"\xff" * 30,
        b"stray text behind",
        RANDOM.bytes(99),
    ],
    ids=repr,
)
def test_bytes_behind_the_sound_are_no_part_of_it(behind):
    np.testing.assert_array_equal(samples_of(riff(layout(), chunk(b"data", DATA)) + behind), STEPS)


def test_several_data_chunks_are_joined():
    chunks = [chunk(b"data", DATA[:60]), chunk(b"LIST", b"INFO"), chunk(b"data", DATA[60:])]
    np.testing.assert_array_equal(samples_of(riff(layout(), *chunks)), STEPS)
    odd = [chunk(b"data", b"\x80\x00\xff"), chunk(b"data", b"\xc0")]
    np.testing.assert_array_equal(samples_of(riff(layout(8), *odd)), [0, -1, 127 / 128, 0.5])


def test_chunks_of_odd_size_have_a_pad_byte():
    content = riff(chunk(b"junk", b"odd"), layout(8), chunk(b"odd ", b"?"), chunk(b"data", b"\0\x80\xff"))
    np.testing.assert_array_equal(samples_of(content), [-1, 0, 127 / 128])
    np.testing.assert_array_equal(samples_of(content[:-1]), [-1, 0, 127 / 128])  # many leave out the last one


def test_the_pad_byte_may_be_missing_anywhere():
    odd, first = (name + struct.pack("<I", 3) + body for name, body in ((b"LIST", b"odd"), (b"data", b"\0\x80\xff")))
    for pad in (b"", b"\0", b"\xff"):
        content = riff(odd + pad, layout(8), odd + pad, first + pad, odd + pad, chunk(b"data", b"\xc0"))
        np.testing.assert_array_equal(samples_of(content), [-1, 0, 127 / 128, 0.5])


def test_order_of_chunks_does_not_matter():
    np.testing.assert_array_equal(samples_of(riff(chunk(b"data", DATA), layout())), STEPS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (riff(layout(), chunk(b"data", DATA, 201)), "is cut short .of the 201 bytes of its sound 200 are there"),
        (riff(layout(), chunk(b"data", DATA, 2**31 - 9000)), "is cut short .of the 2147474648 bytes"),
        (riff(layout(), chunk(b"data", DATA), chunk(b"data", DATA, 300)), "is cut short .of the 300 bytes"),
        (riff(layout()), "cannot be read .it has no data chunk, or is cut short before it"),
        (riff(chunk(b"data", DATA)), "cannot be read .it has no format chunk, or is cut short before it"),
        (
            riff(layout(), chunk(b"LIST", b"INFO", 2**32 - 1), chunk(b"data", DATA)),
            "cannot be read .it has no data chunk",
        ),
        (
            riff(chunk(b"fmt ", b"\1\0\1\0"), chunk(b"data", DATA)),
            "cannot be read .its format chunk has 4 bytes, less than 16",
        ),
        (riff(layout(8, kind=7), chunk(b"data", DATA)), "cannot be read .its samples are mu-law, format 0x7"),
        (riff(layout(8, kind=6, extensible=True), chunk(b"data", DATA)), "cannot be read .its samples are A-law"),
        (
            riff(layout(8, kind=0x1234), chunk(b"data", DATA)),
            "cannot be read .its samples are of a kind unknown here, format 0x1234",
        ),
        (riff(layout(rate=0), chunk(b"data", DATA)), "cannot be read .it states a rate of 0 Hz and 1 channels"),
        (
            riff(layout(n_channels=0), chunk(b"data", DATA)),
            "cannot be read .it states a rate of 8000 Hz and 0 channels",
        ),
        (
            riff(layout(frame=0), chunk(b"data", DATA)),
            "cannot be read .it states 16 bits in frames of 0 bytes for 1 channels",
        ),
        (riff(layout(frame=5), chunk(b"data", DATA)), "cannot be read .it states 16 bits in frames of 5 bytes"),
        (
            riff(layout(n_channels=2, frame=3), chunk(b"data", DATA)),
            "cannot be read .it states 16 bits in frames of 3 bytes",
        ),
        (riff(layout(16, kind=3), chunk(b"data", DATA)), "cannot be read .it states 16 bits in frames of 2 bytes"),
        (riff(layout(24, frame=2), chunk(b"data", DATA)), "cannot be read .it states 24 bits in frames of 2 bytes"),
    ],
)
def test_what_cannot_be_read_is_said(content, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        read_sound(content)


@pytest.mark.parametrize("place", [4, 16, 40])
@pytest.mark.parametrize("size", [0, 1, 15, 2**31 - 1, 2**31, 2**32 - 2, 2**32 - 1])
def test_no_size_takes_memory_or_time(place, size):
    content = bytearray(riff(layout(), chunk(b"data", DATA)) + bytes(10_000))
    content[place : place + 4] = struct.pack("<I", size)
    start = time.perf_counter()
    tracemalloc.start()
    with contextlib.suppress(ValueError):
        read_sound(bytes(content))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20 and time.perf_counter() - start < 1


def test_every_cut_of_a_file_is_refused_or_whole():
    content = riff(chunk(b"junk", b"odd"), layout(), chunk(b"data", DATA), chunk(b"LIST", b"INFO"))
    end = content.index(b"LIST")
    for length in range(12, len(content)):
        if length < end:
            with pytest.raises(ValueError, match="is cut short|cannot be read"):
                read_sound(content[:length])
        else:
            np.testing.assert_array_equal(samples_of(content[:length]), STEPS)
