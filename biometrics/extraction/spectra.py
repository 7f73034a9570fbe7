"""Short-time Fourier analysis and enhancement of ridges (Chikkerur, Cartwright and
Govindaraju 2007), with the orientation taken from the structure tensor.

The picture is cut into overlapping windows; the spectrum of each tells how periodic it is and at
which wavelength. Each spectrum is then multiplied by a filter for just that orientation and
wavelength, and the windows are added up again.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.arrays import Array
from biometrics.extraction.orientation import Flow
from biometrics.template import FIELD_STEP_PX

WINDOW_PX = 32
HOP_PX = 16
MIN_WAVELENGTH_PX, MAX_WAVELENGTH_PX = 4.5, 16.0

_RADII = 12
_ANGULAR_SHARPNESS = 6.0
_RADIAL_OCTAVES = 0.45

_fy = np.fft.fftfreq(WINDOW_PX).astype(np.float32)[:, None]
_fx = np.fft.rfftfreq(WINDOW_PX).astype(np.float32)[None, :]
_frequency = np.hypot(_fx, _fy).ravel()
# The wave vector stands across the ridge; y points down: orientation of the ridge it belongs to.
_double = np.exp(2j * (np.arctan2(-_fy, _fx) + np.pi / 2)).astype(np.complex64).ravel()
_log_frequency = np.log2(np.maximum(_frequency, 1e-3))
# A real picture's spectrum is kept by half; the columns that have a twin count double.
_twice = np.broadcast_to(
    np.where((_fx > 0) & (_fx < 0.5), 2.0, 1.0), (WINDOW_PX, WINDOW_PX // 2 + 1)
).ravel()
_window = np.sin(np.pi * (np.arange(WINDOW_PX) + 0.5) / WINDOW_PX).astype(np.float32)
_window = _window[:, None] * _window[None, :]
_log_centres = np.linspace(
    np.log2(1 / MAX_WAVELENGTH_PX), np.log2(1 / MIN_WAVELENGTH_PX), _RADII
).astype(np.float32)
_radial = np.exp(
    -0.5 * ((_log_frequency[:, None] - _log_centres[None, :]) / _RADIAL_OCTAVES) ** 2
).astype(np.float32)
_radial[_frequency < 0.75 / MAX_WAVELENGTH_PX] = 0.0
_narrow = np.exp(-0.5 * ((_log_frequency[:, None] - _log_centres[None, :]) / 0.2) ** 2).astype(
    np.float32
)


@dataclass(frozen=True)
class Spectra:
    """The windows' spectra; `windows`: complex64[rows * columns, bins]."""

    windows: Array
    rows: int
    columns: int
    shape: tuple[int, int]


@dataclass(frozen=True)
class Ridges:
    """Per window: `log_frequency` (octaves, log2 of cycles a pixel) and `periodicity` 0 to 1."""

    log_frequency: Array
    periodicity: Array


def analyse(ridges: Array) -> Spectra:
    """Spectra of the windows of a normalised picture, float32[h, w]."""
    height, width = ridges.shape
    rows, columns = -(-height // HOP_PX) + 1, -(-width // HOP_PX) + 1
    padded = cv2.copyMakeBorder(
        ridges,
        HOP_PX,
        rows * HOP_PX - height,
        HOP_PX,
        columns * HOP_PX - width,
        cv2.BORDER_CONSTANT,
        value=0,
    )
    views = np.lib.stride_tricks.sliding_window_view(padded, (WINDOW_PX, WINDOW_PX))
    windows = views[::HOP_PX, ::HOP_PX][:rows, :columns] * _window
    spectra = np.fft.rfft2(windows).reshape(rows * columns, -1)
    return Spectra(spectra, rows, columns, (height, width))


def _window_flow(flow: Flow, spectra: Spectra) -> tuple[Array, Array]:
    """Flow at the windows' centres, which are the corners of every second cell."""
    step = HOP_PX / FIELD_STEP_PX
    x = (np.arange(spectra.columns, dtype=np.float32) * step - 0.5)[None, :]
    y = (np.arange(spectra.rows, dtype=np.float32) * step - 0.5)[:, None]
    x, y = (np.ascontiguousarray(a) for a in np.broadcast_arrays(x, y))
    parts = cv2.merge([flow.double.real, flow.double.imag, flow.coherence])
    at = cv2.remap(parts, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    at = at.reshape(-1, 3)
    double = at[:, 0] + 1j * at[:, 1]
    double /= np.maximum(np.abs(double), 1e-6)
    return double.astype(np.complex64), at[:, 2]


def _angular(double: Array, sharpness: Array) -> Array:
    """Von Mises weights over the spectrum's directions, float32[windows, bins]."""
    cosine = double.real[:, None] * _double.real + double.imag[:, None] * _double.imag
    return np.asarray(np.exp(sharpness[:, None] * (cosine - 1.0)))


def measure(spectra: Spectra, flow: Flow) -> Ridges:
    """Wavelength and periodicity of each window along the given flow."""
    double, _ = _window_flow(flow, spectra)
    power = (spectra.windows.real**2 + spectra.windows.imag**2) * _twice.astype(np.float32)
    power[:, 0] = 0.0
    total = power.sum(axis=1)
    along = power * _angular(double, np.full(len(double), _ANGULAR_SHARPNESS, np.float32))
    profile = (along @ _narrow).reshape(spectra.rows, spectra.columns, _RADII)
    smooth = cv2.GaussianBlur(profile, (0, 0), 1.2, borderType=cv2.BORDER_REPLICATE)
    smooth = smooth.reshape(-1, _RADII)
    weight = (smooth / (smooth.max(axis=1, keepdims=True) + 1e-9)) ** 4
    log_frequency = (weight @ _log_centres) / weight.sum(axis=1).clip(1e-9)
    nearest = np.abs(log_frequency[:, None] - _log_centres[None, :]).argmin(axis=1)
    concentrated = (along * _radial.T[nearest]).sum(axis=1)
    grid = (spectra.rows, spectra.columns)
    floor = 0.02 * WINDOW_PX**4 / 16
    return Ridges(
        log_frequency.reshape(grid).astype(np.float32),
        (concentrated / (total + floor)).reshape(grid).astype(np.float32),
    )


def enhance(spectra: Spectra, flow: Flow, found: Ridges) -> Array:
    """The picture with each window filtered for its own ridges, float32[h, w]."""
    double, coherence = _window_flow(flow, spectra)
    # Where ridges bend inside a window (cores, deltas) the filter opens.
    sharpness = 2.0 + 10.0 * np.clip(coherence, 0, 1) ** 2
    log_frequency = found.log_frequency.ravel()
    nearest = np.abs(log_frequency[:, None] - _log_centres[None, :]).argmin(axis=1)
    gain = _angular(double, sharpness.astype(np.float32)) * _radial.T[nearest]
    windows = np.fft.irfft2((spectra.windows * gain).reshape(-1, WINDOW_PX, WINDOW_PX // 2 + 1))
    windows = (windows * _window).reshape(spectra.rows, spectra.columns, WINDOW_PX, WINDOW_PX)
    return _overlap_add(windows, spectra)


def _overlap_add(windows: Array, spectra: Spectra) -> Array:
    rows, columns = spectra.rows, spectra.columns
    half = windows.reshape(rows, columns, 2, HOP_PX, 2, HOP_PX).transpose(2, 4, 0, 3, 1, 5)
    total = np.zeros((rows + 1, HOP_PX, columns + 1, HOP_PX), np.float32)
    for down in (0, 1):
        for right in (0, 1):
            total[down : down + rows, :, right : right + columns] += half[down, right]
    picture = total.reshape((rows + 1) * HOP_PX, (columns + 1) * HOP_PX)
    height, width = spectra.shape
    return picture[HOP_PX : HOP_PX + height, HOP_PX : HOP_PX + width]
