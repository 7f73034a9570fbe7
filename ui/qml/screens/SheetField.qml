import QtQuick
import controls
import theme

// One count of the sheet: touched, digits go to it.
Pressable {
    id: root

    property string text: ""
    property bool chosen: false
    property bool wrong: false

    width: 196
    height: 70
    Accessible.role: Accessible.EditableText

    Rectangle {
        anchors.fill: parent
        radius: root.corner
        color: Theme.card
        border.width: root.chosen || root.wrong ? 5 : 2
        border.color: root.wrong ? Theme.danger : root.chosen ? Theme.accent : Theme.border
    }

    Label {
        anchors.centerIn: parent
        size: Theme.label
        weight: Font.DemiBold
        lineHeight: 1.0
        wrapMode: Text.NoWrap
        text: root.text === "" && root.chosen ? "_" : root.text
    }
}
