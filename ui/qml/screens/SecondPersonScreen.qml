pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import art
import controls
import models
import theme

// Another operator shows a finger and approves the same sheet.
Page {
    id: root

    readonly property SecondPersonFacts second: facts as SecondPersonFacts

    deep: true
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()

    DropArea {
        anchors.fill: parent
        enabled: root.kiosk.pictures
        onDropped: event => {
            if (event.hasUrls)
                root.kiosk.offerPicture(event.urls[0]);
        }
    }

    FileDialog {
        id: files
        title: qsTr("A picture of the second operator's finger")
        nameFilters: [qsTr("Pictures (*.png *.jpg *.jpeg *.tif *.tiff *.bmp)")]
        onAccepted: root.kiosk.offerPicture(selectedFile)
    }

    Guilloche {
        width: 420
        height: 420
        x: 812
        y: 168
        hollow: 0.66
        color: Theme.engraving
    }

    Fingerprint {
        x: 943
        y: 270
        width: 158
        height: 216
        color: Theme.ridge
        litColor: Theme.deepSoft
        progress: root.second?.stage === "ready" ? 0 : 1
    }

    Label {
        id: heading
        x: Theme.margin
        y: 152
        width: 720
        size: Theme.title
        weight: Font.Bold
        color: Theme.deepInk
        lineHeight: 1.0
        text: qsTr("Now another operator")
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Label {
        x: Theme.margin
        y: 228
        width: 700
        size: Theme.label
        color: Theme.deepSoft
        text: root.second?.stage === "ready" ? qsTr("Place your finger on the reader, then enter your PIN.") : qsTr("Reading your finger...")
    }

    Label {
        x: Theme.margin
        y: 340
        width: 700
        size: Theme.body
        color: Theme.deepInk
        text: root.second?.replenish ? qsTr("You approve: %1 counted and taken out, %2 put in.").arg(root.second.found).arg(root.second.loaded) : qsTr("You approve: %1 counted.").arg(root.second?.found ?? "")
    }

    Rectangle {
        visible: (root.second?.problem ?? "") !== ""
        x: Theme.margin
        y: 468
        width: 704
        height: 116
        radius: Theme.radius
        color: Theme.card

        Message {
            x: 24
            y: 24
            width: 656
            text: root.second?.problem ?? ""
        }
    }

    Button {
        visible: root.kiosk.pictures
        x: 728
        y: Theme.footerTop
        width: 504
        kind: "raised"
        icon: "image-up"
        text: qsTr("Choose a picture")
        onClicked: files.open()
    }
}
