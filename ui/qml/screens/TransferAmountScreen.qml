import QtQuick
import controls
import models
import theme

// How much, to the cent.
Page {
    id: root

    readonly property TransferAmountFacts transfer: facts as TransferAmountFacts

    function type(key: string): void {
        const text = root.transfer.typed;
        const point = text.indexOf(".");
        if (key === "." && (point >= 0 || text === ""))
            return;
        if (point >= 0 && text.length - point > 2)
            return;
        if (point < 0 && key !== "." && text.length >= 7)
            return;
        root.kiosk.typeAmount(text + key);
    }

    account: transfer?.last4 ?? ""
    title: qsTr("How much?")
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: qsTr("Continue")
    mainIcon: "arrow-right"
    mainEnabled: transfer?.ready ?? false
    onConfirmed: kiosk.confirm()

    PayeeLine {
        x: Theme.margin
        y: Theme.bodyTop
        width: 564
        payee: root.transfer?.payee ?? ""
        last4: root.transfer?.payeeLast4 ?? ""
    }

    Label {
        id: sum
        x: Theme.margin
        y: 312
        width: 564
        size: root.transfer && root.transfer.typedShown.length > 9 ? Theme.display : Theme.hero
        weight: Font.Bold
        lineHeight: 1.0
        wrapMode: Text.NoWrap
        text: root.transfer?.typedShown ?? ""
    }

    Message {
        x: Theme.margin
        y: 440
        width: 564
        text: root.transfer?.problem ?? ""
    }

    Label {
        visible: (root.transfer?.leftToday ?? "") !== "" && (root.transfer?.problem ?? "") === ""
        x: Theme.margin
        y: 440
        width: 564
        size: Theme.small
        color: Theme.soft
        text: qsTr("You can send up to %1 today.").arg(root.transfer?.leftToday ?? "")
    }

    Keypad {
        x: 660
        y: 120
        width: 572
        height: 536
        any: (root.transfer?.typed ?? "") !== ""
        point: true
        onDigit: value => root.type(value)
        onBackspace: root.kiosk.typeAmount(root.transfer.typed.slice(0, -1))
        onClear: root.kiosk.typeAmount("")
    }
}
