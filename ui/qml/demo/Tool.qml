import QtQuick
import controls
import theme

// A button for the mouse.
Pressable {
    id: root

    property string text: ""
    property bool strong: false

    name: text
    corner: 8
    implicitHeight: 34

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: !root.enabled ? "#DAD4C4" : root.strong ? "#0B3B2D" : root.down ? "#DCE9E1" : "#FFFFFF"
        border.width: 1
        border.color: root.enabled ? "#7D847C" : "#C2BBA9"

        Behavior on color {
            ColorAnimation { duration: Theme.press_ms }
        }
    }

    Small {
        anchors.centerIn: parent
        text: root.text
        weight: Font.DemiBold
        color: !root.enabled ? "#4B5650" : root.strong ? "#FFFFFF" : "#0D1F19"
    }
}
