pragma ComponentBehavior: Bound
import QtQuick
import theme

// A field with its name above. Keys on the screen and a real keyboard both write into it.
FocusScope {
    id: root

    property string label: ""
    property string hint: ""
    property string trouble: ""
    // for a screen reader
    property string name: label !== "" ? label : hint
    property alias text: input.text
    property alias maximumLength: input.maximumLength
    property alias inputMethodHints: input.inputMethodHints
    property bool capitals: false
    readonly property bool active: input.activeFocus

    signal edited
    signal accepted

    function type(letters: string): void {
        input.insert(input.cursorPosition, letters);
    }

    function erase(): void {
        if (input.cursorPosition > 0)
            input.remove(input.cursorPosition - 1, input.cursorPosition);
    }

    implicitHeight: (label === "" ? 0 : 44) + 80

    Label {
        id: caption
        visible: text !== ""
        text: root.label
        size: Theme.small
        weight: Font.DemiBold
        color: root.trouble === "" ? Theme.ink : Theme.danger
        wrapMode: Text.NoWrap
        lineHeight: 1.0
    }

    Pressable {
        y: root.label === "" ? 0 : 44
        width: root.width
        height: 80
        name: root.name
        activeFocusOnTab: false
        // Return has been taken by the field; taken again here it would pull the focus back.
        Keys.enabled: false
        // The field inside it speaks for itself.
        Accessible.ignored: true
        onClicked: input.forceActiveFocus()

        Rectangle {
            anchors.fill: parent
            radius: Theme.radius
            color: Theme.card
            border.width: root.active || root.trouble !== "" ? 4 : 2
            border.color: root.trouble !== "" ? Theme.danger : root.active ? Theme.accent : Theme.border
        }

        TextInput {
            id: input
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.leftMargin: 24
            anchors.rightMargin: 24
            anchors.verticalCenter: parent.verticalCenter
            focus: true
            clip: true
            color: Theme.ink
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentInk
            font.family: Theme.family
            font.pixelSize: Theme.label
            font.weight: Font.DemiBold
            font.features: { "tnum": 1 }
            maximumLength: 80
            Accessible.role: Accessible.EditableText
            Accessible.name: root.name
            onTextEdited: root.edited()
            onAccepted: root.accepted()
            cursorDelegate: Rectangle {
                width: 3
                color: Theme.accent
                visible: root.active
            }
        }

        Label {
            visible: input.text === "" && root.hint !== ""
            text: root.hint
            size: Theme.small
            color: Theme.soft
            wrapMode: Text.NoWrap
            lineHeight: 1.0
            anchors.left: parent.left
            anchors.leftMargin: 30
            anchors.verticalCenter: parent.verticalCenter
        }
    }
}
