import QtQuick
import controls
import models
import theme

// Account number, user name or phone number in place of a finger: number pad, or letters.
Page {
    id: root

    readonly property EnterNumberFacts number: facts as EnterNumberFacts
    property bool letters: false

    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    mainText: qsTr("Continue")
    mainIcon: "arrow-right"
    mainEnabled: field.text.trim().length >= 2
    onConfirmed: kiosk.enterNumber(field.text.trim())

    Label {
        id: heading
        x: Theme.margin
        y: root.letters ? 112 : 152
        width: root.letters ? 1184 : 580
        size: root.letters ? Theme.title : Theme.display
        weight: Font.Bold
        lineHeight: 0.94
        text: root.letters ? qsTr("Your user name or number") : qsTr("Your number")
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Label {
        id: hint
        visible: !root.letters
        x: Theme.margin
        y: heading.y + heading.height + 12
        width: 564
        color: Theme.soft
        text: qsTr("Account number, phone number or user name.")
    }

    TextField {
        id: field
        x: Theme.margin
        y: root.letters ? 196 : hint.y + hint.height + 32
        width: 564
        focus: true
        name: heading.text
        maximumLength: 64
        onEdited: root.kiosk.touched()
        onAccepted: if (root.mainEnabled)
            root.confirmed()
    }

    Message {
        x: root.letters ? 660 : Theme.margin
        y: root.letters ? 200 : field.y + field.height + 24
        width: root.letters ? 572 : 564
        text: root.number?.problem ?? ""
    }

    Button {
        x: Theme.margin + 208 + 24
        y: Theme.footerTop
        width: 332
        size: Theme.body
        icon: root.letters ? "hash" : "keyboard"
        text: root.letters ? qsTr("Figures") : qsTr("Letters")
        onClicked: root.letters = !root.letters
    }

    Keypad {
        visible: !root.letters
        x: 660
        y: 120
        width: 572
        height: 536
        any: field.text !== ""
        onDigit: value => field.type(value)
        onBackspace: field.erase()
        onClear: field.text = ""
    }

    Keyboard {
        visible: root.letters
        x: Theme.margin
        y: 310
        target: field
        nextText: qsTr("OK")
        onNext: if (root.mainEnabled)
            root.confirmed()
    }
}
