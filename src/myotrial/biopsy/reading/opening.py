"""Choose the reader by what a file begins with, not by its name alone."""

from pathlib import Path

from myotrial.biopsy.reading.pixels import pixel_size
from myotrial.biopsy.reading.slide import Slide, SlideInfo
from myotrial.errors import SlideError

__all__ = ["open_slide"]

TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
PLAIN = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
DICOM = b"DICM"  # after 128 bytes
ENDINGS = {
    TIFF: (".tif", ".tiff", ".svs", ".ndpi", ".scn", ".bif", ".btf"),
    PLAIN: (".png", ".jpg", ".jpeg", ".mrxs"),
}
NAMES = {TIFF: "a TIFF", PLAIN: "a PNG or JPEG"}
ONLY_VENDOR = (".ndpi", ".mrxs", ".scn", ".bif", ".vms", ".vmu")


def open_slide(path: Path, *, mpp: float | None = None) -> Slide:
    """Open a slide.

    Args:
        path: A file, or the folder of a DICOM slide.
        mpp: Micrometres a pixel, where the file does not tell it or tells it wrongly.

    Returns:
        The slide; close it after use, or use it in `with`.

    Raises:
        SlideError: It is not there, cannot be read, or tells no pixel size.
    """
    head = _head(path)
    if path.is_dir() or head[128:132] == DICOM:
        from myotrial.biopsy.reading.dicom import read_dicom

        return read_dicom(path, mpp=mpp)
    ending = path.suffix.lower()
    if ending in ONLY_VENDOR or not head.startswith(TIFF + PLAIN):
        from myotrial.biopsy.reading.vendors import read_vendor

        return read_vendor(path, mpp=mpp)
    for kind, endings in ENDINGS.items():
        if head.startswith(kind) and ending not in endings:
            raise SlideError(
                f"{path.name}: the file is {NAMES[kind]}, but its name ends in {ending!r}.\n"
                "Hint: give it the ending it has by content."
            )
    if head.startswith(TIFF):
        from myotrial.biopsy.reading.tiff import read_tiff

        return read_tiff(path, mpp=mpp)
    return _plain(path, mpp)


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            return b""
        with path.open("rb") as file:
            return file.read(132)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SlideError(
            f"{path}: the slide cannot be opened: {reason}.\nHint: check FILE in the manifest."
        ) from error


def _plain(path: Path, mpp: float | None) -> Slide:
    from myotrial.biopsy.reading.plain import read_plain

    held = read_plain(path)
    size = pixel_size(path.name, [], stated=mpp)
    info = SlideInfo(
        name=path.name,
        width=held.width,
        height=held.height,
        mpp=size.mpp,
        mpp_source=size.source,
        magnification=None,
        scanner="",
        icc="",
        reader="opencv",
        levels=((held.width, held.height),),
    )
    return Slide(info, [held])
