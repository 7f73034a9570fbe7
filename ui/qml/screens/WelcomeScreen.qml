pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import art
import controls
import models
import theme

// The idle screen and the reading of a finger: two pages, one picture.
Page {
    id: root

    readonly property WelcomeFacts welcome: facts as WelcomeFacts
    readonly property ScanningFacts scan: facts as ScanningFacts
    readonly property bool reading: scan !== null
    readonly property string stage: scan?.stage ?? ""
    readonly property bool login: scan === null || scan.shot === 0
    readonly property bool readerAway: welcome !== null && !welcome.reader
    readonly property bool waiting: stage === "" || stage === "ready" || stage === "finger"
    readonly property string problem: welcome?.problem ?? scan?.problem ?? ""

    contrastOnDeep: true
    cancelText: reading ? qsTr("Cancel") : ""
    onCancelled: kiosk.cancel()

    Label {
        id: heading
        x: Theme.margin
        y: 152
        width: 660
        size: Theme.display
        weight: Font.Bold
        lineHeight: 0.94
        Accessible.role: Accessible.Heading
        Accessible.name: text
        text: {
            if (root.stage === "reading")
                return qsTr("Keep your\nfinger still");
            if (root.stage === "lift")
                return qsTr("Lift your\nfinger");
            if (root.readerAway)
                return root.welcome?.numberLogin ? qsTr("Begin with\nyour number") : qsTr("We cannot read\nfingers now");
            if (!root.login)
                return root.kiosk.pictures ? qsTr("Show your\nfinger again") : qsTr("Place your\nfinger again");
            return root.kiosk.pictures ? qsTr("Show the finger\nyou registered") : qsTr("Place the finger\nyou registered");
        }
    }

    Label {
        id: then
        x: Theme.margin
        y: heading.y + heading.height + 20
        width: 640
        size: Theme.label
        color: Theme.soft
        text: {
            if (root.stage === "reading")
                return root.kiosk.pictures ? qsTr("The picture is being read.") : qsTr("The reader is taking a picture.");
            if (root.stage === "lift")
                return qsTr("Thank you, that is enough.");
            if (root.readerAway)
                return root.welcome?.numberLogin ? qsTr("The fingerprint reader is away. Your account number and PIN will do.") : qsTr("The fingerprint reader is away. Please use another machine.");
            if (!root.login)
                return qsTr("Picture %1 of up to 3.").arg(root.scan?.shot ?? 0);
            return qsTr("Then enter your PIN. No card needed.");
        }
    }

    Message {
        x: Theme.margin
        y: then.y + then.height + 28
        width: 640
        text: root.problem
    }

    Row {
        visible: root.login && root.waiting
        x: Theme.margin
        y: 552
        spacing: Theme.gap

        Button {
            visible: root.scan?.numberLogin ?? root.welcome?.numberLogin ?? false
            width: 312
            icon: "keyboard"
            size: Theme.body
            text: qsTr("Use a number")
            onClicked: root.kiosk.useNumber()
        }

        Button {
            visible: root.welcome?.signup ?? false
            width: 332
            icon: "user-round-plus"
            size: Theme.body
            text: qsTr("Open an account")
            onClicked: root.kiosk.signupStart()
        }
    }

    Row {
        visible: !root.reading && can.text !== ""
        x: Theme.margin
        y: 704
        spacing: 16

        Icon {
            name: "banknote"
            color: Theme.soft
            width: 34
            height: 34
            anchors.verticalCenter: parent.verticalCenter
        }

        Label {
            id: can
            width: 600
            size: Theme.small
            color: Theme.soft
            lineHeight: 1.0
            text: {
                const pays = root.welcome?.pays ?? "";
                const paying = pays === "" ? "" : root.welcome?.receipts ? qsTr("Pays %1 notes.").arg(pays) : qsTr("Pays %1 notes. No paper receipts.").arg(pays);
                return [paying, root.welcome?.cannot ?? ""].filter(part => part).join(" ");
            }
        }
    }

    Rectangle {
        id: panel
        x: 744
        width: root.width - x
        height: root.height
        color: Theme.deep

        Rectangle {
            visible: Theme.contrast
            width: 2
            height: parent.height
            color: Theme.border
        }

        Guilloche {
            visible: !live.visible
            width: 520
            height: 520
            x: (parent.width - width) / 2
            y: 378 - height / 2
            hollow: 0.72
            color: Theme.engraving
        }

        // The finger that lies there, as the machine sees it; nothing of it is kept.
        LivePrint {
            id: live
            visible: root.scan?.drawn ?? false
            width: 340
            height: 430
            x: (parent.width - width) / 2
            y: 378 - height / 2
            facts: root.scan
            reveal: visible ? 1 : 0
            flowColor: Theme.engraving
            ridgeColor: Theme.deepSoft
            markColor: Theme.marigold

            Behavior on reveal {
                NumberAnimation { duration: Theme.screen_ms }
            }
        }

        Fingerprint {
            id: finger
            visible: !live.visible
            opacity: root.readerAway ? 0.35 : 1
            width: 244
            height: 321
            x: (parent.width - width) / 2
            y: 378 - height / 2
            color: Theme.ridge
            litColor: Theme.deepSoft
            progress: root.stage === "lift" ? 1 : root.stage !== "reading" ? 0 : root.scan.progress < 0 ? 0.5 : root.scan.progress

            Behavior on progress {
                NumberAnimation { duration: Theme.screen_ms }
            }
        }

        Rectangle {
            visible: root.stage === "reading"
            x: (parent.width - width) / 2
            y: finger.y + finger.height * (1 - finger.progress) - 2
            width: 320
            height: 4
            radius: 2
            color: Theme.marigold
        }

        Rectangle {
            visible: drop.containsDrag
            anchors.fill: parent
            anchors.margins: 16
            radius: Theme.cardRadius
            color: "transparent"
            border.width: 4
            border.color: Theme.marigold
        }

        DropArea {
            id: drop
            anchors.fill: parent
            enabled: root.kiosk.pictures
            onDropped: event => {
                if (event.hasUrls)
                    root.kiosk.offerPicture(event.urls[0]);
            }
        }

        Button {
            visible: root.kiosk.pictures && root.waiting && (root.reading || (root.welcome?.reader ?? false))
            kind: "raised"
            icon: "image-up"
            size: Theme.body
            text: qsTr("Choose or drop a picture")
            x: 40
            width: parent.width - 80
            y: Theme.footerTop
            onClicked: chooser.active = true
        }

        Button {
            visible: !root.kiosk.pictures && (root.welcome?.reader ?? false)
            kind: "raised"
            icon: "fingerprint-pattern"
            size: Theme.body
            text: qsTr("Touch here to begin")
            x: 40
            width: parent.width - 80
            y: Theme.footerTop
            onClicked: root.kiosk.touchStart()
        }

        Label {
            visible: !root.kiosk.pictures && root.reading
            width: parent.width
            y: 704
            horizontalAlignment: Text.AlignHCenter
            color: Theme.deepInk
            weight: Font.DemiBold
            text: qsTr("The reader is below the screen")
        }
    }

    Loader {
        id: chooser
        active: false

        sourceComponent: FileDialog {
            title: qsTr("A picture of a finger")
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
