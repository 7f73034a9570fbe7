import QtQuick
import art
import theme

// Whom the bank knows under what was typed: name and the end of the account.
Item {
    id: root

    property string payee: ""
    property string last4: ""

    implicitHeight: 76

    Icon {
        name: "circle-check"
        color: Theme.positive
        width: 40
        height: 40
        y: 4
    }

    Label {
        x: 60
        width: root.width - 60
        text: root.payee
        size: Theme.label
        weight: Font.DemiBold
        wrapMode: Text.NoWrap
        elide: Text.ElideRight
        lineHeight: 1.0
    }

    Label {
        x: 60
        y: 44
        text: qsTr("Account ending %1").arg(root.last4)
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
    }
}
