pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import art
import models
import theme

// The desk: header, one page, and a line that says what happened.
Rectangle {
    id: root

    required property Teller teller

    width: 1280
    height: 800
    color: Theme.paper

    Rectangle {
        id: header
        width: parent.width
        height: 72
        color: Theme.deep

        Icon {
            id: mark
            name: "meridian"
            color: Theme.deepSoft
            x: 32
            width: 40
            height: 36
            anchors.verticalCenter: parent.verticalCenter
        }

        DeskText {
            anchors.left: mark.right
            anchors.leftMargin: 14
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("%1 · Branch").arg(root.teller.brand)
            size: 24
            weight: Font.DemiBold
            color: Theme.deepInk
        }

        Row {
            visible: root.teller.teller !== ""
            anchors.right: parent.right
            anchors.rightMargin: 32
            anchors.verticalCenter: parent.verticalCenter
            spacing: 20

            DeskText {
                anchors.verticalCenter: parent.verticalCenter
                text: root.teller.teller
                weight: Font.DemiBold
                color: Theme.deepInk
            }

            DeskButton {
                objectName: "terminals"
                visible: root.teller.page === "customers"
                text: qsTr("Terminals")
                enabled: !root.teller.busy
                onClicked: root.teller.showTerminals()
            }

            DeskButton {
                objectName: "customers"
                visible: root.teller.page === "terminals"
                text: qsTr("Customers")
                enabled: !root.teller.busy
                onClicked: root.teller.showCustomers()
            }

            DeskButton {
                objectName: "signOut"
                text: qsTr("Sign out")
                enabled: !root.teller.busy
                onClicked: root.teller.signOut()
            }
        }
    }

    Loader {
        id: page
        x: 32
        y: header.height + 24
        width: root.width - 64
        height: root.height - header.height - 24 - 72
        focus: true
        sourceComponent: root.teller.page === "signin" ? signIn : root.teller.page === "signup" ? signUp : root.teller.page === "terminals" ? terminals : customers
    }

    DeskText {
        x: 32
        y: root.height - 52
        width: root.width - 64
        elide: Text.ElideRight
        wrapMode: Text.NoWrap
        text: root.teller.busy ? root.teller.doing : root.teller.trouble !== "" ? root.teller.trouble : root.teller.note
        weight: Font.DemiBold
        color: root.teller.trouble !== "" && !root.teller.busy ? Theme.danger : Theme.positive
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }

    Component {
        id: signIn

        SignIn {
            teller: root.teller
            onChooseWanted: chooser.active = true
        }
    }

    Component {
        id: customers

        Customers {
            teller: root.teller
        }
    }

    Component {
        id: terminals

        TerminalsPage {
            teller: root.teller
        }
    }

    Component {
        id: signUp

        SignUp {
            teller: root.teller
            onChooseWanted: chooser.active = true
        }
    }

    Act {
        anchors.fill: parent
        teller: root.teller
    }

    Reset {
        anchors.fill: parent
        teller: root.teller
        onChooseWanted: chooser.active = true
    }

    TerminalAct {
        anchors.fill: parent
        teller: root.teller
    }

    DropArea {
        anchors.fill: parent
        enabled: root.teller.page !== "customers" || (root.teller.reset as Resetting).stage !== ""
        onDropped: drop => {
            if (drop.hasUrls)
                root.teller.takePicture(drop.urls[0]);
        }
    }

    Loader {
        id: chooser
        active: false

        sourceComponent: FileDialog {
            title: qsTr("A picture of a finger")
            nameFilters: [qsTr("Pictures (*.png *.jpg *.jpeg *.tif *.tiff *.bmp)")]
            onAccepted: {
                root.teller.takePicture(selectedFile);
                chooser.active = false;
            }
            onRejected: chooser.active = false
            Component.onCompleted: open()
        }
    }
}
