"""Describes the registered Python types to qmllint: one `plugins.qmltypes` a module."""

import inspect
from pathlib import Path
from types import ModuleType

from PySide6.QtCore import QByteArray, QMetaMethod, QMetaObject, QObject
from PySide6.QtQuick import QQuickItem, QQuickPaintedItem

_PROTOTYPES = {QObject: "QObject", QQuickItem: "QQuickItem", QQuickPaintedItem: "QQuickItem"}
_KINDS = {QMetaMethod.MethodType.Signal: "Signal", QMetaMethod.MethodType.Slot: "Method"}
_BOXED = {"PyObject": "QVariant", "QObject*": "QObject"}


def write(modules: list[ModuleType], folder: Path) -> None:
    """Write `folder/<import name>/{qmldir,plugins.qmltypes}` for all types of the modules."""
    found: dict[str, list[type[QObject]]] = {}
    for module in modules:
        name = module.QML_IMPORT_NAME
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ == module.__name__ and issubclass(kind, QObject):
                found.setdefault(name, []).append(kind)
    for name, kinds in found.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "qmldir").write_text(
            f"module {name}\ntypeinfo plugins.qmltypes\ndepends QtQuick\n"
        )
        body = "".join(_component(name, kind) for kind in kinds)
        (folder / name / "plugins.qmltypes").write_text(
            f"import QtQuick.tooling 1.2\nModule {{\n{body}}}\n"
        )


def _component(module: str, kind: type[QObject]) -> str:
    meta: QMetaObject = kind.staticMetaObject  # type: ignore[attr-defined]
    base = kind.__mro__[1]
    prototype = _PROTOTYPES.get(base, base.__name__)
    lines = [
        f'name: "{kind.__name__}"',
        'accessSemantics: "reference"',
        f'prototype: "{prototype}"',
    ]
    if not kind.__name__.startswith("_"):
        lines.append(f'exports: ["{module}/{kind.__name__} 1.0"]')
        lines.append("exportMetaObjectRevisions: [256]")
    for index in range(meta.propertyOffset(), meta.propertyCount()):
        found = meta.property(index)
        flags = "" if found.isWritable() else "; isReadonly: true"
        flags += "; isConstant: true" if found.isConstant() else ""
        if found.hasNotifySignal():
            flags += f'; notify: "{_text(found.notifySignal().name())}"'
        kind_name = _type(_text(found.typeName()))
        lines.append(f'Property {{ name: "{_text(found.name())}"; type: "{kind_name}"{flags} }}')
    for index in range(meta.methodOffset(), meta.methodCount()):
        method = meta.method(index)
        if method.methodType() in _KINDS:
            lines.append(_method(method))
    inner = "".join(f"        {line}\n" for line in lines)
    return f"    Component {{\n{inner}    }}\n"


def _method(method: QMetaMethod) -> str:
    parts = [f'name: "{_text(method.name())}"']
    if _text(method.typeName()) not in ("", "void"):
        parts.append(f'type: "{_type(_text(method.typeName()))}"')
    parts = ["; ".join(parts) + ";"]
    for number, kind in enumerate(method.parameterTypes()):
        parts.append(f'Parameter {{ name: "a{number + 1}"; type: "{_type(_text(kind))}" }}')
    return f"{_KINDS[method.methodType()]} {{ {' '.join(parts)} }}"


def _text(name: object) -> str:
    # Qt's strings come as str, bytes or QByteArray, depending on the call.
    if isinstance(name, QByteArray):
        name = name.data()
    return bytes(name).decode() if isinstance(name, bytes | bytearray | memoryview) else str(name)


def _type(name: str) -> str:
    name = _BOXED.get(name, name)
    return name.removesuffix("*")
