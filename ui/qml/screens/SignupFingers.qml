pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import art
import controls
import models
import theme

// Up to three pictures of the same finger, each with its quality.
Item {
    id: root

    required property Kiosk kiosk
    property SignupFacts signup: null
    readonly property int count: signup?.shots.length ?? 0
    readonly property int good: (signup?.shots ?? []).filter(shot => shot.good).length

    DropArea {
        anchors.fill: parent
        enabled: root.kiosk.pictures
        onDropped: event => {
            if (event.hasUrls)
                root.kiosk.offerPicture(event.urls[0]);
        }
    }

    Row {
        y: 8
        spacing: 24

        Repeater {
            model: 3

            Card {
                id: card

                required property int index
                readonly property var shot: index < root.count ? root.signup.shots[index] : null
                readonly property bool filled: shot !== null

                width: (1184 - 48) / 3
                height: 332
                color: filled ? Theme.card : Theme.sand
                border.color: !filled ? Theme.hairline : shot.good ? Theme.positive : Theme.danger

                Fingerprint {
                    x: 28
                    y: 28
                    width: 104
                    height: 137
                    color: Theme.contrast ? Theme.ridge : "#B9C9BF"
                    litColor: Theme.positive
                    progress: card.filled ? card.shot.quality / 100 : 0
                }

                Label {
                    x: 176
                    y: 36
                    text: qsTr("Picture %1").arg(card.index + 1)
                    weight: Font.DemiBold
                    lineHeight: 1.0
                }

                Label {
                    x: 176
                    y: 84
                    width: card.width - 176 - 20
                    size: Theme.small
                    color: Theme.soft
                    text: card.filled ? qsTr("Quality %1").arg(card.shot.quality) : card.index < (root.signup?.shotsLeast ?? 1) ? qsTr("Needed") : qsTr("Optional")
                }

                Icon {
                    visible: card.filled
                    x: 176
                    y: 136
                    width: 40
                    height: 40
                    name: card.filled && card.shot.good ? "circle-check" : "triangle-alert"
                    color: card.filled && card.shot.good ? Theme.positive : Theme.danger
                }

                Label {
                    visible: card.filled
                    x: 28
                    y: 190
                    width: card.width - 48
                    size: Theme.small
                    lineHeight: 1.0
                    wrapMode: Text.NoWrap
                    text: card.filled ? card.shot.advice : ""
                }

                Button {
                    visible: card.filled
                    x: 20
                    y: card.height - 20 - height
                    width: card.width - 40
                    implicitHeight: 72
                    size: Theme.small
                    icon: "trash-2"
                    text: qsTr("Remove")
                    onClicked: root.kiosk.dropShot(card.index + 1)
                }
            }
        }
    }

    Button {
        y: root.height - height
        width: 564
        icon: root.kiosk.pictures ? "image-up" : "fingerprint-pattern"
        enabled: root.good < 3
        text: root.kiosk.pictures ? qsTr("Choose or drop a picture") : qsTr("Place your finger")
        onClicked: {
            if (root.kiosk.pictures)
                chooser.active = true;
            else
                root.kiosk.touchStart();
        }
    }

    Label {
        x: 612
        y: root.height - 44 - height / 2
        width: 572
        size: Theme.small
        color: Theme.soft
        text: qsTr("The same finger each time, laid down a little differently.")
    }

    Loader {
        id: chooser
        active: false

        sourceComponent: FileDialog {
            title: qsTr("A picture of your finger")
            nameFilters: [qsTr("Pictures (*.png *.jpg *.jpeg *.tif *.tiff *.bmp)")]
            onAccepted: {
                root.kiosk.offerPicture(selectedFile);
                chooser.active = false;
            }
            onRejected: chooser.active = false
            Component.onCompleted: open()
        }
    }
}
