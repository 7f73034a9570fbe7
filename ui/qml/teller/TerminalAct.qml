import QtQuick
import controls
import models
import theme

// The PIN once more, for what is given to a terminal or taken from it.
Rectangle {
    id: root

    required property Teller teller
    readonly property Terminals terminals: teller.terminals as Terminals
    readonly property string act: terminals.act
    readonly property bool gives: act === "enrol_terminal" || act === "release_terminal"

    function question(): string {
        switch (act) {
        case "enrol_terminal":
            return qsTr("Enrol %1?");
        case "refuse_terminal":
            return qsTr("Refuse this key of %1?");
        case "deny_terminal":
            return qsTr("Deny %1?");
        case "release_terminal":
            return qsTr("Release %1?");
        }
        return qsTr("Deny this certificate of %1?");
    }

    function consequence(): string {
        switch (act) {
        case "enrol_terminal":
            return qsTr("These characters were read to you from the terminal, and all are equal:");
        case "refuse_terminal":
            return qsTr("The terminal is told so. It can ask again with another key.");
        case "deny_terminal":
            return qsTr("Within seconds it starts nothing new. What has happened there still comes in.");
        case "release_terminal":
            return qsTr("It may serve again once two of you have released it.");
        }
        return qsTr("For good. Who has its key gets nothing any more; the terminal must be enrolled again.");
    }

    visible: act !== ""
    color: Theme.scrim

    onVisibleChanged: {
        if (visible)
            Qt.callLater(pin.forceActiveFocus);
    }

    MouseArea {
        anchors.fill: parent
    }

    Card {
        width: 600
        height: column.height + 72
        anchors.centerIn: parent

        Column {
            id: column
            x: 36
            y: 36
            width: parent.width - 72
            spacing: 18

            DeskText {
                width: parent.width
                text: root.question().arg(root.terminals.of)
                size: 24
                weight: Font.Bold
            }

            DeskText {
                width: parent.width
                text: root.consequence()
            }

            DeskText {
                visible: root.act === "enrol_terminal"
                width: parent.width
                text: root.terminals.spoken
                size: 25
                weight: Font.Bold
                font.letterSpacing: 2
                wrapMode: Text.NoWrap
            }

            PinField {
                id: pin
                width: parent.width
                label: qsTr("Your PIN")
                entry: root.teller.pin as PinEntry
                onAccepted: root.terminals.confirm()
            }

            Row {
                spacing: 14

                DeskButton {
                    objectName: "leaveTerminal"
                    text: qsTr("Leave it")
                    onClicked: root.terminals.giveUp()
                }

                DeskButton {
                    objectName: "confirmTerminal"
                    kind: root.gives ? "primary" : "danger"
                    text: root.act === "enrol_terminal" ? qsTr("They are equal: approve") : root.act === "refuse_terminal" ? qsTr("Refuse") : root.act === "release_terminal" ? qsTr("Release") : qsTr("Deny")
                    enabled: (root.teller.pin as PinEntry).complete
                    onClicked: root.terminals.confirm()
                }
            }
        }
    }
}
