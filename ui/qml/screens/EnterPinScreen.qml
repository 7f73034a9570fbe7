pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// The PIN: one dot a digit in a plain field that does not tell the length.
Page {
    id: root

    readonly property EnterPinFacts pin: facts as EnterPinFacts
    readonly property string use: pin?.use ?? ""

    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    mainText: qsTr("Enter")
    mainIcon: "check"
    mainEnabled: pin?.complete ?? false
    onConfirmed: kiosk.pinEnter()
    Keys.onPressed: event => {
        if (event.key >= Qt.Key_0 && event.key <= Qt.Key_9)
            kiosk.pinDigit(event.key - Qt.Key_0);
        else if (event.key === Qt.Key_Backspace)
            kiosk.pinBackspace();
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter)
            kiosk.pinEnter();
    }

    Label {
        id: heading
        x: Theme.margin
        y: 152
        width: 580
        size: root.use === "login" ? Theme.display : Theme.title
        weight: Font.Bold
        lineHeight: 0.94
        Accessible.role: Accessible.Heading
        Accessible.name: text
        text: {
            if (root.use === "new")
                return qsTr("Choose a PIN");
            if (root.use === "repeat")
                return qsTr("Enter the PIN again");
            if (root.use === "confirm")
                return qsTr("Confirm with your PIN");
            if (root.use === "approve")
                return qsTr("Approve with your PIN");
            if (root.use === "second")
                return qsTr("Second operator: your PIN");
            return qsTr("Enter your PIN");
        }
    }

    Label {
        id: hint
        x: Theme.margin
        y: heading.y + heading.height + 12
        width: 580
        size: Theme.body
        color: Theme.soft
        text: {
            if (root.use === "new")
                return qsTr("%1 to %2 digits. Avoid a birthday or a row of figures.").arg(root.pin.minimum).arg(root.pin.maximum);
            if (root.use === "repeat")
                return qsTr("So that no slip of a finger locks you out.");
            if (root.use === "approve" || root.use === "second")
                return qsTr("It stands for what was counted, as the sheet has it.");
            if (root.use === "confirm" && root.pin.payee !== "")
                return qsTr("%1 to %2").arg(root.pin.amount).arg(root.pin.payee);
            if (root.use === "confirm")
                return qsTr("%1 in cash").arg(root.pin.amount);
            return qsTr("Shield the keys with your hand.");
        }
    }

    Rectangle {
        id: field
        x: Theme.margin
        y: hint.y + hint.height + 32
        width: 564
        height: 96
        radius: Theme.radius
        color: Theme.card
        border.width: 4
        border.color: Theme.accent
        Accessible.role: Accessible.EditableText
        Accessible.name: qsTr("PIN, hidden")
        Accessible.passwordEdit: true

        Row {
            x: 32
            anchors.verticalCenter: parent.verticalCenter
            spacing: 18

            Repeater {
                model: root.pin?.filled ?? 0

                Rectangle {
                    width: 24
                    height: 24
                    radius: 12
                    color: Theme.ink
                }
            }
        }
    }

    Message {
        x: Theme.margin
        y: field.y + field.height + 24
        width: 564
        text: root.pin?.problem ?? ""
    }

    Button {
        visible: root.pin?.canForget ?? false
        x: Theme.margin + 208 + 24
        y: Theme.footerTop
        width: 332
        size: Theme.body
        text: qsTr("I forgot my PIN")
        onClicked: root.kiosk.forgotPin()
    }

    Keypad {
        x: 660
        y: 120
        width: 572
        height: 536
        any: (root.pin?.filled ?? 0) > 0
        onDigit: value => root.kiosk.pinDigit(Number(value))
        onBackspace: root.kiosk.pinBackspace()
        onClear: root.kiosk.pinClear()
    }
}
