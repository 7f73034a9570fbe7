pragma ComponentBehavior: Bound
import QtQuick
import controls
import models

// The demo's panel: for the person at the laptop, not for the customer. Smaller type, mouse targets.
Rectangle {
    id: root

    required property Panel panel
    required property Kiosk kiosk

    width: 372
    height: 800
    color: "#E4DFD2"

    Rectangle {
        width: 1
        height: parent.height
        color: "#C2BBA9"
    }

    Flickable {
        anchors.fill: parent
        anchors.leftMargin: 20
        anchors.rightMargin: 16
        contentHeight: column.height + 32
        clip: true
        boundsBehavior: Flickable.StopAtBounds

        Column {
            id: column
            y: 8
            width: parent.width
            spacing: 6

            Heading {
                text: qsTr("Demo customers")
                about: qsTr("Touch a finger to show it to the reader.")
            }

            Repeater {
                model: root.panel.fingers

                Sheet {
                    id: person

                    required property var modelData

                    width: column.width
                    height: 68

                    Small {
                        x: 14
                        y: 7
                        text: qsTr("%1 (%2)").arg(person.modelData.name).arg(person.modelData.userName)
                        weight: Font.DemiBold
                        size: 16
                    }

                    Small {
                        anchors.right: parent.right
                        anchors.rightMargin: 14
                        y: 7
                        text: qsTr("PIN %1").arg(person.modelData.pin)
                        weight: Font.DemiBold
                        size: 16
                    }

                    Small {
                        anchors.right: parent.right
                        anchors.rightMargin: 14
                        y: 38
                        text: person.modelData.number
                        color: "#3E4F48"
                    }

                    Row {
                        x: 14
                        y: 31
                        spacing: 3

                        Repeater {
                            model: person.modelData.pictures

                            Thumb {
                                required property url modelData

                                source: modelData
                                name: qsTr("A picture of the finger of %1").arg(person.modelData.name)
                                onClicked: root.kiosk.offerPicture(modelData)
                            }
                        }
                    }
                }
            }

            Small {
                visible: root.panel.fingers.length === 0
                text: qsTr("The bank is getting ready…")
            }

            Heading {
                text: qsTr("Cash")
                about: root.panel.slotOpen ? qsTr("The slot is open: touch a note to put it in.") : root.panel.cassettes
            }

            Row {
                spacing: 6

                Repeater {
                    model: root.panel.notes

                    Tool {
                        required property var modelData

                        width: (column.width - 24) / 5
                        text: modelData.text
                        enabled: root.panel.slotOpen
                        name: qsTr("Put %1 in").arg(modelData.text)
                        onClicked: root.panel.insertNote(modelData.minor)
                    }
                }
            }

            Row {
                spacing: 6

                Tool {
                    width: (column.width - 6) / 2
                    text: root.panel.tray === "" ? qsTr("Take the notes") : qsTr("Take %1").arg(root.panel.tray)
                    strong: root.panel.tray !== ""
                    enabled: root.panel.tray !== ""
                    onClicked: root.panel.takeNotes()
                }

                Tool {
                    width: (column.width - 6) / 2
                    text: root.panel.jamWaits ? qsTr("Will jam once") : qsTr("Jam once")
                    enabled: !root.panel.jamWaits
                    onClicked: root.panel.jam()
                }
            }

            Heading {
                text: qsTr("Bank servers")
                about: qsTr("Two servers, one database. Stop one in the middle.")
            }

            Repeater {
                model: root.panel.servers

                Sheet {
                    id: server

                    required property var modelData
                    readonly property bool up: modelData.state === "running"

                    width: column.width
                    height: 52

                    Rectangle {
                        x: 14
                        y: 13
                        width: 10
                        height: 10
                        radius: server.up ? 5 : 0
                        color: server.up ? "#07563B" : server.modelData.state === "starting" ? "#B07400" : "#8E1711"
                    }

                    Small {
                        x: 32
                        y: 7
                        text: qsTr("%1 · %2").arg(server.modelData.name).arg(server.modelData.port)
                        weight: Font.DemiBold
                        size: 16
                    }

                    Small {
                        x: 32
                        y: 27
                        text: ({
                                "running": server.modelData.healthy ? qsTr("running") : qsTr("not reached"),
                                "stopped": qsTr("stopped"),
                                "frozen": qsTr("frozen"),
                                "starting": qsTr("starting")
                            })[server.modelData.state] ?? server.modelData.state
                        color: "#3E4F48"
                    }

                    Row {
                        anchors.right: parent.right
                        anchors.rightMargin: 9
                        y: 9
                        spacing: 5

                        Tool {
                            width: 60
                            text: qsTr("Stop")
                            enabled: server.modelData.state !== "stopped"
                            name: qsTr("Stop server %1").arg(server.modelData.name)
                            onClicked: root.panel.stopServer(server.modelData.name)
                        }

                        Tool {
                            width: 66
                            text: qsTr("Freeze")
                            enabled: server.up
                            name: qsTr("Freeze server %1").arg(server.modelData.name)
                            onClicked: root.panel.freezeServer(server.modelData.name)
                        }

                        Tool {
                            width: 66
                            text: server.modelData.state === "frozen" ? qsTr("Go on") : qsTr("Start")
                            enabled: server.modelData.state === "stopped" || server.modelData.state === "frozen"
                            name: qsTr("Start server %1").arg(server.modelData.name)
                            onClicked: root.panel.startServer(server.modelData.name)
                        }
                    }
                }
            }

            Heading {
                text: qsTr("Last PIN proof")
                about: root.panel.verdict === "" ? qsTr("After a PIN was entered: everything that crossed the wire.") : (root.panel.verdict === "unanswered" ? qsTr("Sent to server %1. %2 bytes, and no PIN was sent.") : root.panel.verdict === "accepted" ? qsTr("Accepted by server %1. %2 bytes, and no PIN was sent.") : qsTr("Refused by server %1. %2 bytes, and no PIN was sent.")).arg(root.panel.proofServer).arg(root.panel.proofBytes)
            }

            Repeater {
                model: root.panel.proof

                Item {
                    id: part

                    required property var modelData

                    width: column.width
                    height: 20

                    Small {
                        text: part.modelData.name
                        color: "#3E4F48"
                    }

                    Small {
                        anchors.right: parent.right
                        text: part.modelData.value
                        weight: Font.DemiBold
                    }
                }
            }
        }
    }
}
