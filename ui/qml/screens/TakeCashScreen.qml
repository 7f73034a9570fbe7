import QtQuick
import art
import controls
import models
import theme

// The notes lie in the tray: take them. The seconds are counted in figures.
Page {
    id: root

    readonly property TakeCashFacts cash: facts as TakeCashFacts
    readonly property TakeBackNotesFacts given: facts as TakeBackNotesFacts

    deep: true

    Guilloche {
        width: 440
        height: 440
        x: -200
        y: 300
        hollow: 0.5
        color: Theme.engraving
    }

    Guilloche {
        width: 440
        height: 440
        x: root.width - width + 200
        y: 300
        hollow: 0.5
        color: Theme.engraving
    }

    Label {
        x: Theme.margin
        y: 128
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        size: Theme.hero
        weight: Font.Bold
        color: Theme.deepInk
        lineHeight: 1.0
        wrapMode: Text.NoWrap
        text: root.given ? qsTr("Take your notes back") : qsTr("Take your cash")
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Label {
        x: Theme.margin
        y: 244
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        size: 42
        weight: Font.DemiBold
        color: Theme.deepSoft
        lineHeight: 1.0
        text: qsTr("%1 from the lit slot below").arg(root.cash?.amount ?? root.given?.amount ?? "")
    }

    NoteFan {
        x: (root.width - width) / 2
        y: 336
        faces: root.cash?.faces ?? root.given?.faces ?? []
    }

    Rectangle {
        x: (root.width - width) / 2
        y: 548
        width: 720
        height: 20
        radius: 10
        color: Theme.contrast ? "#000000" : "#05261B"
        border.width: 3
        border.color: Theme.deepSoft
    }

    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        y: 616
        spacing: 32

        Countdown {
            width: 136
            height: 136
            deep: true
            seconds: root.cash?.seconds ?? root.given?.seconds ?? 0
        }

        Label {
            width: 560
            anchors.verticalCenter: parent.verticalCenter
            size: Theme.label
            color: Theme.deepInk
            text: root.given ? qsTr("seconds left, then the machine keeps the notes and the bank opens a case") : qsTr("seconds left, then the machine takes the cash back")
        }
    }
}
