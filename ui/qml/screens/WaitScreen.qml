import QtQuick
import art
import controls
import models
import theme

// Something takes a moment. Nothing moves but the seal, slowly; after 3 s it says that it goes on.
Page {
    id: root

    readonly property WaitFacts wait: facts as WaitFacts

    deep: true
    cancelText: wait?.mayCancel ? qsTr("Cancel") : ""
    onCancelled: kiosk.cancel()

    // While a finger is looked up, it stays in sight as the machine saw it.
    LivePrint {
        visible: root.wait?.drawn ?? false
        width: 300
        height: 372
        x: (root.width - width) / 2
        y: 120
        facts: root.wait
        flowColor: Theme.engraving
        ridgeColor: Theme.deepSoft
        markColor: Theme.marigold
    }

    Guilloche {
        visible: !(root.wait?.drawn ?? false)
        width: 320
        height: 320
        x: (root.width - width) / 2
        y: 152
        hollow: 0.56
        stroke: 0.9
        color: Theme.ridge
    }

    Icon {
        visible: !(root.wait?.drawn ?? false)
        name: "hourglass"
        color: Theme.deepSoft
        width: 72
        height: 72
        x: (root.width - width) / 2
        y: 276
    }

    Label {
        x: Theme.margin
        y: 520
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        size: Theme.display
        weight: Font.Bold
        color: Theme.deepInk
        lineHeight: 1.0
        text: root.wait?.title ?? ""
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Label {
        x: Theme.margin
        y: 622
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        size: Theme.label
        color: Theme.deepSoft
        text: root.wait?.still ? qsTr("Still working. Please stay here.") : qsTr("One moment, please.")
    }
}
