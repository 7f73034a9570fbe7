"""Which sensor sent a picture, and how large its pixels are.

Sources: the makers' user manuals. R30x, ZFM-20, ZFM-60 and AS608 are optical, 256 x 288 pixels at
500 dpi; R502 and R503 capacitive, 192 x 192 at 508. Sensors that can be asked (ReadProdInfo) tell
their sides; the others are known by how many bytes they send, two pixels a byte.
"""

from dataclasses import dataclass

from biometrics.scanners.normalisation import Sensor
from biometrics.scanners.serial.commands import Product


@dataclass(frozen=True)
class Model:
    """`width_px`, `height_px`: of its pictures. `sensor`: how they look."""

    name: str
    width_px: int
    height_px: int
    sensor: Sensor

    @property
    def picture_bytes(self) -> int:
        """Bytes of a picture on the line."""
        return self.width_px * self.height_px // 2


OPTICAL = Model("R30x, ZFM or AS608", 256, 288, Sensor(dpi=500, levels=16))
CAPACITIVE = Model("R502 or R503", 192, 192, Sensor(dpi=508, levels=16))
KNOWN = (OPTICAL, CAPACITIVE)


def model_of(picture_bytes: int, product: Product | None) -> Model | None:
    """The model that sends so many bytes, or None if that fits none."""
    if product is not None:
        told = _told(product)
        return told if told.picture_bytes == picture_bytes else None
    return next((model for model in KNOWN if model.picture_bytes == picture_bytes), None)


def expected(product: Product | None) -> Model:
    """What to expect before the picture has come, for its progress."""
    return OPTICAL if product is None else _told(product)


def _told(product: Product) -> Model:
    sides = (product.width_px, product.height_px)
    for model in KNOWN:
        if sides == (model.width_px, model.height_px):
            return Model(product.module or model.name, *sides, model.sensor)
    # The maker's sensors of other sizes are capacitive ones.
    return Model(product.module or product.sensor or "unknown", *sides, CAPACITIVE.sensor)
