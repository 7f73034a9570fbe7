import QtQuick
import controls
import theme

// A button for mouse and keyboard: "plain", "primary" or "danger".
Pressable {
    id: root

    property string text: ""
    property string kind: "plain"

    readonly property bool primary: kind === "primary"

    name: text
    corner: 10
    implicitHeight: 44
    implicitWidth: label.implicitWidth + 40

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: !root.enabled ? Theme.sand : root.primary ? (root.down ? Theme.accentPressed : Theme.accent) : root.down ? Theme.pressed : Theme.card
        border.width: root.kind === "danger" ? 2 : 1
        border.color: !root.enabled ? Theme.border : root.kind === "danger" ? Theme.danger : root.primary ? Theme.accent : Theme.border
    }

    DeskText {
        id: label
        anchors.centerIn: parent
        text: root.text
        weight: Font.DemiBold
        wrapMode: Text.NoWrap
        color: !root.enabled ? Theme.soft : root.primary ? Theme.accentInk : root.kind === "danger" ? Theme.danger : Theme.ink
    }
}
