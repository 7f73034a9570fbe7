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
                about: databases.count === 0 ? qsTr("Two servers, one database. Stop one in the middle.") : qsTr("Two servers, %1 databases. Stop one in the middle.").arg(databases.count)
            }

            Repeater {
                model: root.panel.servers

                Machine {
                    id: server

                    required property var modelData

                    width: column.width
                    up: modelData.state === "running"
                    starting: modelData.state === "starting"
                    title: qsTr("%1 · %2").arg(modelData.name).arg(modelData.port)
                    told: ({
                            "running": modelData.healthy ? qsTr("running") : qsTr("not reached"),
                            "stopped": qsTr("stopped"),
                            "frozen": qsTr("frozen"),
                            "starting": qsTr("starting")
                        })[modelData.state] ?? modelData.state

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

            Heading {
                visible: databases.count > 0
                text: qsTr("Databases")
                about: qsTr("Each copies the leader's ledger. Kill the leader: another takes over.")
            }

            Repeater {
                id: databases

                model: root.panel.databases

                Machine {
                    id: database

                    required property var modelData
                    readonly property bool held: modelData.power !== "on"

                    width: column.width
                    up: !held && (modelData.role === "leader" || modelData.counted)
                    starting: !held && !up
                    title: modelData.role === "leader" ? qsTr("%1 · leads").arg(modelData.name) : modelData.name
                    told: ({
                            "off": qsTr("dead"),
                            "frozen": qsTr("frozen")
                        })[modelData.power] ?? (up ? (modelData.role === "leader" ? qsTr("writes") : qsTr("copies")) : modelData.state === "" ? qsTr("no answer") : qsTr("catching up"))

                    Tool {
                        width: 60
                        text: qsTr("Kill")
                        enabled: database.modelData.power !== "off"
                        name: qsTr("Kill database %1").arg(database.modelData.name)
                        onClicked: root.panel.killDatabase(database.modelData.name)
                    }

                    Tool {
                        width: 66
                        text: qsTr("Freeze")
                        enabled: !database.held
                        name: qsTr("Freeze database %1").arg(database.modelData.name)
                        onClicked: root.panel.freezeDatabase(database.modelData.name)
                    }

                    Tool {
                        width: 66
                        text: database.modelData.power === "frozen" ? qsTr("Go on") : qsTr("Revive")
                        enabled: database.held
                        name: qsTr("Revive database %1").arg(database.modelData.name)
                        onClicked: root.panel.reviveDatabase(database.modelData.name)
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
