import QtQuick
import models
import theme

// Digits go straight to the entry; here is only how many there are.
FocusScope {
    id: root

    required property PinEntry entry
    property string label: ""

    signal accepted

    implicitWidth: 280
    implicitHeight: 74

    DeskText {
        text: root.label
        size: 16
        weight: Font.DemiBold
    }

    Rectangle {
        id: frame
        y: 26
        width: root.width
        height: 48
        radius: 10
        focus: true
        activeFocusOnTab: true
        color: Theme.card
        border.width: activeFocus ? 3 : 1
        border.color: activeFocus ? Theme.accent : Theme.border
        Accessible.role: Accessible.EditableText
        Accessible.name: root.label
        Accessible.passwordEdit: true

        Keys.onPressed: event => {
            if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9)
                root.entry.digit(event.key - Qt.Key_0);
            else if (event.key === Qt.Key_Backspace)
                root.entry.backspace();
            else if (event.key === Qt.Key_Escape || event.key === Qt.Key_Delete)
                root.entry.clear();
            else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
                root.accepted();
            else
                return;
            event.accepted = true;
        }

        MouseArea {
            anchors.fill: parent
            onClicked: frame.forceActiveFocus()
        }

        Row {
            anchors.left: parent.left
            anchors.leftMargin: 16
            anchors.verticalCenter: parent.verticalCenter
            spacing: 10

            Repeater {
                model: root.entry.filled

                Rectangle {
                    width: 12
                    height: 12
                    radius: 6
                    color: Theme.ink
                }
            }
        }
    }
}
