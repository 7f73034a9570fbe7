import QtQuick
import art
import theme

// One of several: what is chosen bears a tick, so that colour never says it alone.
Pressable {
    id: root

    property string text: ""
    property bool chosen: false
    property int size: Theme.figure

    name: text
    implicitHeight: 80
    Accessible.checkable: true
    Accessible.checked: chosen

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: root.chosen ? Theme.accent : root.down ? Theme.pressed : Theme.card
        border.width: 2
        border.color: root.chosen ? Theme.accent : Theme.border
    }

    Row {
        anchors.centerIn: parent
        spacing: 10

        Icon {
            name: "check"
            color: Theme.accentInk
            visible: root.chosen
            width: 30
            height: 30
            anchors.verticalCenter: parent.verticalCenter
        }

        Label {
            text: root.text
            size: root.size
            weight: Font.DemiBold
            color: root.chosen ? Theme.accentInk : Theme.ink
            wrapMode: Text.NoWrap
            lineHeight: 1.0
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
