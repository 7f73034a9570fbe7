import QtQuick
import controls
import models
import theme

// What for: required, at most 140 characters.
Page {
    id: root

    readonly property TransferTextFacts transfer: facts as TransferTextFacts

    account: transfer?.last4 ?? ""
    title: qsTr("What is it for?")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: qsTr("Continue")
    mainIcon: "arrow-right"
    mainEnabled: field.text.trim() !== ""
    onConfirmed: kiosk.text(field.text.trim())
    Component.onCompleted: field.text = transfer?.text ?? ""

    TextField {
        id: field
        x: Theme.margin
        y: 196
        width: 780
        focus: true
        hint: qsTr("%1 will read this").arg(root.transfer?.payee ?? "")
        maximumLength: 140
        capitals: true
        trouble: root.transfer?.problem ?? ""
        onEdited: root.kiosk.touched()
        onAccepted: if (root.mainEnabled)
            root.confirmed()
    }

    Label {
        visible: message.text === ""
        x: 852
        y: 220
        width: 380
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: qsTr("%1 of 140 characters").arg(field.text.length)
    }

    Message {
        id: message
        x: 852
        y: 186
        width: 380
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
