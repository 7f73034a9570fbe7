import QtQuick
import controls
import models
import theme

// To whom: account number, user name or phone number.
Page {
    id: root

    readonly property TransferPayeeFacts transfer: facts as TransferPayeeFacts

    account: transfer?.last4 ?? ""
    title: qsTr("Who gets the money?")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: qsTr("Check the account")
    mainIcon: "arrow-right"
    mainEnabled: field.text.trim().length >= 2
    onConfirmed: kiosk.text(field.text.trim())
    Component.onCompleted: field.text = transfer?.to ?? ""

    TextField {
        id: field
        x: Theme.margin
        y: 196
        width: 564
        focus: true
        hint: qsTr("Account, phone or user name")
        maximumLength: 64
        onEdited: root.kiosk.touched()
        onAccepted: if (root.mainEnabled)
            root.confirmed()
    }

    Message {
        x: 660
        y: 200
        width: 572
        text: root.transfer?.problem ?? ""
    }

    Keyboard {
        x: Theme.margin
        y: 310
        target: field
        nextText: qsTr("OK")
        onNext: if (root.mainEnabled)
            root.confirmed()
    }
}
