import QtQuick
import art
import theme

// A large choice of the menu: picture, name, a few words.
Pressable {
    id: root

    property string icon: ""
    property string text: ""
    property string about: ""

    name: text
    corner: Theme.cardRadius
    implicitWidth: 332
    implicitHeight: 216

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: root.down ? Theme.pressed : root.enabled ? Theme.card : Theme.sand
        border.width: 2
        border.color: Theme.border
    }

    Icon {
        x: 24
        y: 28
        width: 48
        height: 48
        name: root.icon
        color: root.enabled ? Theme.positive : Theme.soft
    }

    Label {
        x: 24
        y: 112
        text: root.text
        size: 38
        weight: Font.DemiBold
        color: root.enabled ? Theme.ink : Theme.soft
        wrapMode: Text.NoWrap
        lineHeight: 1.0
    }

    Label {
        x: 24
        y: 162
        text: root.about
        size: Theme.small
        color: Theme.soft
        wrapMode: Text.NoWrap
        lineHeight: 1.0
    }
}
