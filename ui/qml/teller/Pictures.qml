pragma ComponentBehavior: Bound
import QtQuick
import models
import theme

// One to three pictures of one finger, each with its quality.
Column {
    id: root

    required property Teller teller

    signal chooseWanted

    spacing: 10

    DeskText {
        text: qsTr("Finger: one to three pictures")
        size: 16
        weight: Font.DemiBold
    }

    Repeater {
        model: root.teller.prints

        Row {
            id: row

            required property int index
            required property int modelData

            spacing: 14

            DeskText {
                anchors.verticalCenter: parent.verticalCenter
                width: 150
                text: qsTr("Picture %1: %2 of 100").arg(row.index + 1).arg(row.modelData)
                size: 16
            }

            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 120
                height: 10
                radius: 5
                color: Theme.sand

                Rectangle {
                    width: parent.width * row.modelData / 100
                    height: parent.height
                    radius: 5
                    color: Theme.accent
                }
            }

            DeskButton {
                objectName: "dropPrint"
                text: qsTr("Remove")
                onClicked: root.teller.dropPrint(row.index)
            }
        }
    }

    ReadFinger {
        teller: root.teller
        visible: root.teller.reader && root.teller.prints.length < 3
    }

    DeskButton {
        objectName: "addPicture"
        visible: root.teller.pictures && root.teller.prints.length < 3
        text: root.teller.prints.length === 0 ? qsTr("Choose a picture, or drop one here") : qsTr("Add another picture")
        enabled: !root.teller.busy
        onClicked: root.chooseWanted()
    }
}
