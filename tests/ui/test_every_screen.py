"""Every screen, in both themes, keeps the rules of the design."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlEngine, QQmlProperty
from PySide6.QtQuick import QQuickItem, QQuickView

from kiosk import screens
from tests.ui.touch import touch
from ui import engine
from ui.gallery.audit import Screenshot, contrast, place
from ui.gallery.render import Stage, settle, walk
from ui.gallery.samples import views

NAMES = sorted(views())


def test_every_kind_of_screen_and_every_problem_has_a_sample() -> None:
    drawn = [view.screen for view in views().values()]
    assert {type(s) for s in drawn} == set(screens.Screen.__args__)
    failures = {s.problem for s in drawn if isinstance(s, screens.Failure)}
    assert failures == set(screens.Problem)


# Some 150 screens are drawn and looked at, which two busy cores need their time for.
@pytest.mark.timeout(400)
@pytest.mark.parametrize("on", [False, True], ids=["paper", "contrast"])
def test_no_screen_has_a_fault(stage: Stage, on: bool) -> None:
    stage.contrast(on)
    faults = []
    for name in NAMES:
        stage.show_afresh(views()[name])
        faults += Screenshot(stage, name).faults()
    assert faults == []


@pytest.mark.parametrize(
    ("screen", "keys"),
    [
        ("number_problem", ["Letters"]),
        ("number", ["Letters", "Shift", "Q"]),
        ("transfer_payee_unknown", ["123"]),
        ("signup_optional", ["Next", "Next"]),
        ("transfer_text", ["W", "space", "a"]),
    ],
)
def test_the_keyboard_has_no_fault_in_any_of_its_states(
    stage: Stage, screen: str, keys: list[str]
) -> None:
    stage.show_afresh(views()[screen])
    for key in keys:
        touch(stage, key)
    assert list(Screenshot(stage, screen).faults()) == []


def test_cancel_stands_at_one_place_and_never_where_back_stands(stage: Stage) -> None:
    cancels, backs = set(), set()
    for name in NAMES:
        stage.show(views()[name])
        for found, places in (("cancel", cancels), ("back", backs)):
            where = place(stage, found)
            if where is not None:
                places.add(where.getRect())
    assert len(cancels) == 1
    assert len(backs) == 1
    assert cancels != backs


BAD = """
import QtQuick
import art
import controls
Item {
    width: 1280; height: 800
    Rectangle { anchors.fill: parent; color: "#F6F4EE" }
    %s
}
"""


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("names", 'Button { icon: "x"; x: 50; y: 50 }'),
        ("sizes", 'Label { text: "too small"; size: 20; x: 50; y: 50 }'),
        ("sizes", 'Button { text: "flat"; implicitHeight: 60; x: 50; y: 50 }'),
        ("sizes", "Keypad { width: 240; height: 500; x: 50; y: 50 }"),
        ("places", 'Label { text: "over the edge"; x: 1200; y: 50; wrapMode: Text.NoWrap }'),
        ("cuts", 'Label { text: "wider than it may be"; width: 90; wrapMode: Text.NoWrap }'),
        ("overlaps", 'Label { text: "one" } Label { text: "two"; x: 9 }'),
        ("overlaps", 'Label { text: "under" } Card { y: 20; width: 300; height: 100 }'),
        ("overlaps", 'Button { text: "one" } Button { text: "two"; x: 40 }'),
        ("overlaps", 'Label { text: "under" } Button { text: "over"; x: 10 }'),
        ("contrasts", 'Label { text: "pale"; color: "#999999"; x: 50; y: 50 }'),
        (
            "edges",
            'Pressable { x: 50; y: 50; width: 99; height: 99; name: "x"\n'
            'Rectangle { anchors.fill: parent; color: "#FFFFFF" } }',
        ),
        (
            "art",
            'Guilloche { width: 300; height: 300; hollow: 0.2; color: "#0B3B2D" }\n'
            'Label { text: "on the lines"; x: 40; y: 130 }',
        ),
    ],
)
def test_the_audit_finds_what_is_wrong(
    qapp: QGuiApplication, rule: str, content: str, tmp_path: object
) -> None:
    file = f"{tmp_path}/Bad.qml"
    with open(file, "w") as out:  # noqa: PTH123
        out.write(BAD % content)
    view = QQuickView()
    engine.prepare(view.engine())
    view.setSource(QUrl.fromLocalFile(file))
    view.show()
    settle()
    faults = {fault.rule for fault in Screenshot(_Shown(view), "bad").faults()}  # type: ignore[arg-type]
    engine.take_down(view)
    assert rule in faults


class _Shown:
    """What the audit needs of a stage."""

    def __init__(self, view: QQuickView) -> None:
        self.view = view

    @property
    def root(self) -> QQuickItem:
        root = self.view.rootObject()
        assert root is not None
        return root

    def picture(self) -> object:
        return self.view.grabWindow()


def test_contrast_is_that_of_the_published_formula() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((255, 255, 255), (118, 118, 118)) == pytest.approx(4.54, abs=0.01)


def _spoken(item: QQuickItem, what: str) -> object:
    return QQmlProperty(item, f"Accessible.{what}", QQmlEngine.contextForObject(item)).read()


@pytest.mark.parametrize(
    ("screen", "name"),
    [
        ("number", "Your number"),
        ("transfer_payee", "Account, phone or user name"),
        ("transfer_text", "Bo Lindqvist will read this"),
        ("signup_contact", "Phone"),
    ],
)
def test_a_screen_reader_is_told_what_a_field_is_for(stage: Stage, screen: str, name: str) -> None:
    stage.show_afresh(views()[screen])
    fields = [i for i in walk(stage.root, lambda _: True) if i.inherits("QQuickTextInput")]
    assert [_spoken(field, "name") for field in fields] == [name]
    assert fields[0].hasActiveFocus()
