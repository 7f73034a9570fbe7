import QtQuick
import theme

// Everything that can be touched: press, focus by keyboard, a name for a screen reader.
Item {
    id: root

    property string name: ""
    property bool ringOnDark: false
    readonly property bool down: area.pressed && area.containsMouse
    readonly property bool pressable: true
    property int corner: Theme.radius

    signal clicked

    activeFocusOnTab: enabled
    Accessible.role: Accessible.Button
    Accessible.name: name
    Accessible.onPressAction: root.clicked()
    Keys.onReturnPressed: root.clicked()
    Keys.onEnterPressed: root.clicked()
    Keys.onSpacePressed: root.clicked()

    MouseArea {
        id: area
        anchors.fill: parent
        onClicked: root.clicked()
    }

    // the ring of keyboard focus
    Rectangle {
        anchors.fill: parent
        anchors.margins: -6
        radius: root.corner + 6
        color: "transparent"
        border.width: 4
        border.color: root.ringOnDark ? Theme.marigold : Theme.ink
        visible: root.activeFocus
    }
}
