import QtQuick
import art
import theme

// One key of the number pad or the keyboard. `mark` is the bar under the 5.
Pressable {
    id: root

    property string text: ""
    property string icon: ""
    property bool quiet: false
    property bool mark: false
    property int size: Theme.figure

    name: text
    implicitWidth: 96
    implicitHeight: 96

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: root.down ? Theme.pressed : root.quiet ? Theme.sand : Theme.card
        border.width: 2
        border.color: Theme.border
    }

    Row {
        anchors.centerIn: parent
        spacing: 10

        Icon {
            name: root.icon
            visible: root.icon !== ""
            color: root.enabled ? Theme.ink : Theme.soft
            width: 36
            height: 36
            anchors.verticalCenter: parent.verticalCenter
        }

        Label {
            text: root.text
            visible: root.text !== "" && (root.icon === "" || root.width > 140)
            size: root.size
            weight: Font.DemiBold
            color: root.enabled ? Theme.ink : Theme.soft
            lineHeight: 1.0
            wrapMode: Text.NoWrap
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    Rectangle {
        visible: root.mark
        width: 26
        height: 4
        radius: 2
        color: Theme.ink
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 10
    }
}
