import QtQuick
import art
import theme

// Brand on the left; on the right whose account it is and the way to the contrast colours.
Item {
    id: root

    property string brand: ""
    property string account: ""
    property bool deep: false
    property bool contrastOnDeep: deep

    implicitHeight: 72

    Icon {
        id: mark
        name: "meridian"
        color: root.deep || Theme.contrast ? Theme.deepSoft : Theme.accent
        width: 44
        height: 40.33
        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
    }

    Label {
        text: root.brand
        size: Theme.label
        weight: Font.DemiBold
        color: root.deep ? Theme.deepInk : Theme.ink
        wrapMode: Text.NoWrap
        lineHeight: 1.0
        anchors.left: mark.right
        anchors.leftMargin: 14
        anchors.verticalCenter: parent.verticalCenter
    }

    Row {
        visible: root.account !== ""
        spacing: 12
        anchors.right: contrast.left
        anchors.rightMargin: 32
        anchors.verticalCenter: parent.verticalCenter

        Icon {
            name: "lock"
            color: root.deep ? Theme.deepInk : Theme.ink
            width: 28
            height: 28
            anchors.verticalCenter: parent.verticalCenter
        }

        Label {
            text: qsTr("Account ending %1").arg(root.account)
            size: Theme.small
            color: root.deep ? Theme.deepInk : Theme.ink
            wrapMode: Text.NoWrap
            lineHeight: 1.0
            anchors.verticalCenter: parent.verticalCenter
        }
    }

    Button {
        id: contrast
        text: qsTr("Contrast")
        icon: "contrast"
        kind: root.contrastOnDeep ? "raised" : "plain"
        size: Theme.small
        implicitHeight: 72
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        onClicked: Theme.contrast = !Theme.contrast
    }
}
