"""Make `numbered.webm`: 250 frames, 25 a second, each with its own number burnt in, as eight squares: white for 1.

python tests/data/video/make_numbered.py      # needs ffmpeg (Debian 12's made the file that lies here)
"""

import subprocess
from pathlib import Path

WIDTH, HEIGHT, FRAMES, RATE, BITS, SIDE = 256, 144, 250, 25, 8, 32


def frame(number: int) -> bytes:
    """A grey picture; the lowest bit stands at the left, 48 pixels from the top."""
    rows = [bytearray([96]) * WIDTH for _ in range(HEIGHT)]
    for bit in range(BITS):
        shade = 235 if number >> bit & 1 else 16
        for row in rows[48 : 48 + SIDE]:
            row[bit * SIDE : (bit + 1) * SIDE] = bytes([shade]) * SIDE
    return b"".join(rows)


def main() -> None:
    """Write the file beside this one."""
    command = ["ffmpeg", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE)]
    command += ["-i", "-", "-c:v", "libvpx", "-pix_fmt", "yuv420p", "-b:v", "60k", "-g", "25", "-an", "-fflags"]
    command += ["+bitexact", "-flags:v", "+bitexact", str(Path(__file__).parent / "numbered.webm")]
    subprocess.run(command, input=b"".join(map(frame, range(FRAMES))), check=True, capture_output=True)


if __name__ == "__main__":
    main()
