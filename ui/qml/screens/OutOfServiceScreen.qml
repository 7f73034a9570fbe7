import QtQuick
import art
import controls
import models
import theme

// The machine serves nobody just now but an operator, who comes in by the quiet button.
Page {
    id: root

    readonly property OutOfServiceFacts out: facts as OutOfServiceFacts

    deep: true

    Guilloche {
        width: 520
        height: 520
        x: 728
        y: 140
        hollow: 0.62
        color: Theme.engraving
    }

    Icon {
        name: "wrench"
        color: Theme.deepSoft
        width: 120
        height: 120
        x: 928
        y: 340
    }

    Label {
        id: heading
        x: Theme.margin
        y: 232
        width: 640
        size: Theme.display
        weight: Font.Bold
        color: Theme.deepInk
        lineHeight: 0.94
        text: qsTr("Out of service")
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Label {
        x: Theme.margin
        y: heading.y + heading.height + 24
        width: 620
        size: Theme.label
        color: Theme.deepSoft
        text: qsTr("We are sorry. Please use another machine, or come back later. Your money is safe.")
    }

    Label {
        x: Theme.margin
        y: 708
        width: 860
        size: Theme.small
        color: Theme.deepInk
        lineHeight: 1.0
        text: [root.out?.reason, root.out?.reference, root.out?.since].filter(part => part).join("  ·  ")
    }

    DropArea {
        anchors.fill: parent
        enabled: root.kiosk.pictures
        onDropped: event => {
            if (event.hasUrls)
                root.kiosk.offerPicture(event.urls[0]);
        }
    }

    Button {
        objectName: "staff"
        visible: root.out !== null && root.out.staffProblem === ""
        x: 980
        y: Theme.footerTop
        width: 252
        kind: "raised"
        size: Theme.body
        icon: "wrench"
        text: qsTr("Bank staff")
        onClicked: root.kiosk.touchStart()
    }
}
