pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// Keys that wait on the left, terminals and their certificates on the right.
Item {
    id: root

    required property Teller teller
    readonly property Terminals terminals: teller.terminals as Terminals

    function kind(of: string): string {
        return of === "teller" ? qsTr("branch desk") : qsTr("cash machine");
    }

    Card {
        id: left
        width: 580
        height: root.height

        DeskText {
            id: title
            x: 24
            y: 24
            text: qsTr("Waiting to be enrolled")
            size: 22
            weight: Font.Bold
        }

        DeskButton {
            objectName: "lookAgain"
            anchors.right: parent.right
            anchors.rightMargin: 24
            anchors.verticalCenter: title.verticalCenter
            text: qsTr("Look again")
            enabled: !root.teller.busy
            onClicked: root.terminals.look()
        }

        DeskText {
            id: how
            anchors.top: title.bottom
            anchors.topMargin: 16
            x: 24
            width: parent.width - 48
            text: root.terminals.waiting.length === 0 ? qsTr("No terminal asks for a certificate.") : qsTr("Let the person at the terminal read its characters to you, by a telephone number you know. Approve only if all 25 are equal. Two of you must.")
            size: 16
            color: Theme.soft
        }

        ListView {
            anchors.top: how.bottom
            anchors.topMargin: 12
            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.margins: 24
            clip: true
            spacing: 20
            model: root.terminals.waiting

            delegate: Column {
                id: key

                required property var modelData

                width: ListView.view.width
                spacing: 8

                DeskText {
                    width: parent.width
                    text: key.modelData.terminal + " · " + root.kind(key.modelData.kind) + (key.modelData.known ? "" : " · " + qsTr("new"))
                    weight: Font.DemiBold
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                }

                DeskText {
                    objectName: "spoken"
                    width: parent.width
                    text: key.modelData.spoken
                    size: 25
                    weight: Font.Bold
                    font.letterSpacing: 2
                    wrapMode: Text.NoWrap
                    Accessible.name: text.split("").join(" ")
                }

                DeskText {
                    width: parent.width
                    text: qsTr("Since %1, from %2").arg(key.modelData.asked).arg(key.modelData.address)
                    size: 15
                    color: Theme.soft
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                }

                Row {
                    spacing: 12

                    DeskButton {
                        objectName: "approve"
                        kind: "primary"
                        text: key.modelData.mine ? qsTr("You have approved it") : key.modelData.approved ? qsTr("Approve as the second") : qsTr("Approve")
                        enabled: !root.teller.busy && !key.modelData.mine
                        onClicked: root.terminals.ask("enrol_terminal", key.modelData.terminal, key.modelData.kind, key.modelData.key, "")
                    }

                    DeskButton {
                        objectName: "refuse"
                        kind: "danger"
                        text: qsTr("Refuse")
                        enabled: !root.teller.busy
                        onClicked: root.terminals.ask("refuse_terminal", key.modelData.terminal, key.modelData.kind, key.modelData.key, "")
                    }
                }
            }
        }
    }

    Card {
        anchors.left: left.right
        anchors.leftMargin: 24
        anchors.right: parent.right
        height: root.height

        DeskText {
            id: all
            x: 24
            y: 24
            text: qsTr("Terminals")
            size: 22
            weight: Font.Bold
        }

        ListView {
            anchors.top: all.bottom
            anchors.topMargin: 16
            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.margins: 24
            clip: true
            spacing: 16
            model: root.terminals.terminals

            delegate: Column {
                id: machine

                required property var modelData

                // A button's border is not cut at the list's edge.
                width: ListView.view.width - 2
                spacing: 6

                Item {
                    width: parent.width
                    height: 44

                    DeskText {
                        anchors.left: parent.left
                        anchors.right: change.left
                        anchors.rightMargin: 12
                        anchors.verticalCenter: parent.verticalCenter
                        text: machine.modelData.terminal + " · " + root.kind(machine.modelData.kind) + (machine.modelData.active ? "" : " · " + qsTr("denied"))
                        weight: Font.DemiBold
                        color: machine.modelData.active ? Theme.ink : Theme.danger
                        elide: Text.ElideRight
                        wrapMode: Text.NoWrap
                    }

                    DeskButton {
                        id: change
                        objectName: machine.modelData.active ? "deny" : "release"
                        anchors.right: parent.right
                        kind: machine.modelData.active ? "danger" : "plain"
                        text: machine.modelData.active ? qsTr("Deny") : machine.modelData.releaseAsked ? qsTr("Release as the second") : qsTr("Release")
                        enabled: !root.teller.busy
                        onClicked: root.terminals.ask(machine.modelData.active ? "deny_terminal" : "release_terminal", machine.modelData.terminal, "", "", "")
                    }
                }

                Repeater {
                    model: machine.modelData.certificates

                    delegate: Item {
                        id: certificate

                        required property var modelData

                        width: machine.width
                        height: 40

                        DeskText {
                            anchors.left: parent.left
                            anchors.leftMargin: 16
                            anchors.verticalCenter: parent.verticalCenter
                            text: certificate.modelData.shown + " · " + (certificate.modelData.state === "good" ? qsTr("until %1") : certificate.modelData.state === "over" ? qsTr("ended %1") : qsTr("denied, until %1")).arg(certificate.modelData.until)
                            size: 16
                            color: certificate.modelData.state === "good" ? Theme.soft : Theme.danger
                            wrapMode: Text.NoWrap
                        }

                        DeskButton {
                            objectName: "denyCertificate"
                            anchors.right: parent.right
                            visible: certificate.modelData.state === "good"
                            implicitHeight: 38
                            text: qsTr("Key stolen")
                            enabled: !root.teller.busy
                            onClicked: root.terminals.ask("deny_certificate", machine.modelData.terminal, "", "", certificate.modelData.sha256)
                        }
                    }
                }
            }
        }
    }
}
