pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// A new PIN for a customer: found, asked for, agreed to by a second person, chosen.
Rectangle {
    id: root

    required property Teller teller
    readonly property Resetting reset: teller.reset as Resetting
    readonly property string stage: reset.stage
    readonly property bool asks: stage === "find" || stage === "agree"
    readonly property bool chooses: stage === "choose" || stage === "change"

    signal chooseWanted

    function way(found: string): string {
        return ({
                "finger": qsTr("finger"),
                "identity_card": qsTr("identity card"),
                "passport": qsTr("passport"),
                "driving_licence": qsTr("driving licence")
            })[found] ?? "";
    }

    visible: stage !== ""
    color: Theme.scrim

    function settle(): void {
        number.text = "";
        if (root.asks || stage === "second")
            mine.forceActiveFocus();
        else if (stage === "change")
            old.forceActiveFocus();
        else if (stage === "choose")
            first.forceActiveFocus();
    }

    // Once it is drawn: what cannot be seen takes no focus.
    onStageChanged: Qt.callLater(root.settle)

    MouseArea {
        anchors.fill: parent
    }

    Card {
        width: 640
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
                text: qsTr("A new PIN for %1").arg(root.teller.customer)
                size: 24
                weight: Font.Bold
            }

            DeskText {
                width: parent.width
                size: 17
                text: {
                    if (root.stage === "find")
                        return qsTr("The customer lays a finger on this desk's reader, or shows a document. A second member of staff must agree within an hour.");
                    if (root.stage === "second")
                        return qsTr("Asked by you: known by %1. A second member of staff agrees here with finger and PIN, or on another desk.").arg(root.way(root.reset.found));
                    if (root.stage === "agree")
                        return qsTr("Asked by a colleague at %1: known by %2. Agree only if you have seen the customer there yourself.").arg(root.reset.where).arg(root.way(root.reset.found));
                    if (root.stage === "change")
                        return qsTr("The customer lays a finger on this desk's reader and types the old PIN, then twice a new one of 4 to 12 digits. Look away.");
                    if (root.stage === "choose")
                        return qsTr("Two people have agreed. The customer types a PIN of 4 to 12 digits, twice. Look away.");
                    return qsTr("Two people have agreed. The customer chooses the PIN at desk %1, within a quarter of an hour.").arg(root.reset.where);
                }
            }

            // How the customer was found
            Row {
                visible: root.stage === "find"
                spacing: 12

                ReadFinger {
                    teller: root.teller
                }

                DeskButton {
                    objectName: "resetPicture"
                    visible: root.teller.pictures
                    text: qsTr("Choose a picture")
                    enabled: !root.teller.busy
                    onClicked: root.chooseWanted()
                }

                DeskText {
                    visible: root.reset.found === "finger"
                    anchors.verticalCenter: parent.verticalCenter
                    text: "✓ " + qsTr("Known by the finger")
                    weight: Font.DemiBold
                    color: Theme.positive
                }
            }

            Row {
                visible: root.stage === "find"
                spacing: 12

                Repeater {
                    model: ["identity_card", "passport", "driving_licence"]

                    DeskButton {
                        id: document

                        required property string modelData
                        readonly property bool chosen: root.reset.found === modelData

                        objectName: modelData
                        text: (chosen ? "✓ " : "") + root.way(modelData).charAt(0).toUpperCase() + root.way(modelData).slice(1)
                        kind: chosen ? "primary" : "plain"
                        onClicked: root.reset.foundBy(document.modelData)
                    }
                }
            }

            // The second person, who is not signed in at this desk, or the customer who changes
            Row {
                visible: root.stage === "second" || root.stage === "change"
                spacing: 12

                ReadFinger {
                    teller: root.teller
                }

                DeskButton {
                    objectName: "secondPicture"
                    visible: root.teller.pictures
                    text: qsTr("Choose a picture")
                    enabled: !root.teller.busy
                    onClicked: root.chooseWanted()
                }

                DeskText {
                    visible: root.reset.secondRead
                    anchors.verticalCenter: parent.verticalCenter
                    text: "✓ " + qsTr("Finger read")
                    weight: Font.DemiBold
                    color: Theme.positive
                }
            }

            DeskField {
                id: number
                visible: root.stage === "second"
                width: parent.width
                label: qsTr("The second person's user name (only if the finger is not enough)")
                maximumLength: 64
            }

            PinField {
                id: mine
                visible: root.asks || root.stage === "second"
                width: parent.width
                label: root.stage === "second" ? qsTr("The second person's PIN") : qsTr("Your PIN")
                entry: root.teller.pin as PinEntry
                onAccepted: root.confirm()
            }

            PinField {
                id: old
                visible: root.stage === "change"
                width: parent.width
                label: qsTr("Old PIN")
                entry: root.teller.old as PinEntry
                onAccepted: first.forceActiveFocus()
            }

            PinField {
                id: first
                visible: root.chooses
                width: parent.width
                label: qsTr("New PIN")
                entry: root.teller.pin as PinEntry
                onAccepted: second.forceActiveFocus()
            }

            PinField {
                id: second
                visible: root.chooses
                width: parent.width
                label: qsTr("New PIN again")
                entry: root.teller.again as PinEntry
                onAccepted: root.confirm()
            }

            DeskText {
                width: parent.width
                visible: text !== ""
                text: root.teller.busy ? root.teller.doing : root.teller.trouble
                weight: Font.DemiBold
                color: root.teller.busy ? Theme.ink : Theme.danger
            }

            Row {
                spacing: 14

                DeskButton {
                    objectName: "leaveReset"
                    text: qsTr("Leave it")
                    enabled: !root.teller.busy
                    onClicked: root.reset.leave()
                }

                DeskButton {
                    objectName: "confirmReset"
                    kind: "primary"
                    visible: root.stage !== "elsewhere"
                    text: root.stage === "find" ? qsTr("Ask for a new PIN") : root.chooses ? qsTr("Put the new PIN in force") : qsTr("Agree")
                    enabled: !root.teller.busy && (root.teller.pin as PinEntry).complete
                    onClicked: root.confirm()
                }
            }
        }
    }

    function confirm(): void {
        if (root.stage === "change")
            root.reset.change();
        else if (root.stage === "choose")
            root.reset.choose();
        else if (root.stage === "second")
            root.reset.agree(number.text);
        else if (root.asks)
            root.reset.ask();
    }
}
