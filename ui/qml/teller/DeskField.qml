import QtQuick
import theme

// A field with its name above, for a real keyboard.
FocusScope {
    id: root

    property string label: ""
    property bool wrong: false
    property alias text: input.text
    property alias maximumLength: input.maximumLength

    signal edited(string text)
    signal accepted

    implicitWidth: 280
    implicitHeight: 74

    DeskText {
        text: root.label
        size: 16
        weight: Font.DemiBold
        color: root.wrong ? Theme.danger : Theme.ink
    }

    Rectangle {
        y: 26
        width: root.width
        height: 48
        radius: 10
        color: Theme.card
        border.width: input.activeFocus || root.wrong ? 3 : 1
        border.color: root.wrong ? Theme.danger : input.activeFocus ? Theme.accent : Theme.border

        TextInput {
            id: input
            anchors.fill: parent
            anchors.leftMargin: 14
            anchors.rightMargin: 14
            verticalAlignment: TextInput.AlignVCenter
            focus: true
            activeFocusOnTab: true
            clip: true
            maximumLength: 140
            selectByMouse: true
            color: Theme.ink
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            font.family: Theme.family
            font.pixelSize: 20
            font.features: { "tnum": 1 }
            Accessible.name: root.label
            onTextEdited: root.edited(text)
            onAccepted: root.accepted()
        }
    }
}
