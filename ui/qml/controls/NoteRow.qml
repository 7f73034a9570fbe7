import QtQuick
import theme

// One line of a count of notes: the pile, how many, and their sum.
Item {
    id: root

    property int value: 0
    property int count: 0
    property string text: ""
    property string sum: ""
    property bool small: false

    implicitWidth: 508
    implicitHeight: small ? 60 : 74

    NotePile {
        value: root.value
        count: root.count
        scale: root.small ? 0.72 : 1
        transformOrigin: Item.TopLeft
    }

    Label {
        x: 208
        anchors.verticalCenter: parent.verticalCenter
        text: root.text
        weight: Font.DemiBold
        size: root.small ? Theme.body : Theme.label
        wrapMode: Text.NoWrap
        lineHeight: 1.0
    }

    Label {
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        text: root.sum
        color: Theme.soft
        wrapMode: Text.NoWrap
        lineHeight: 1.0
    }
}
