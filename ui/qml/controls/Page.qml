import QtQuick
import models
import theme

// The frame of every screen: header, heading, and a foot with its fixed places.
// Cancel stands at the left of the foot on every screen, Back beside it, the main button at the right.
FocusScope {
    id: root

    required property Kiosk kiosk
    property Facts facts: null
    property string account: ""
    property string title: ""
    property string cancelText: ""
    property string backText: ""
    property string mainText: ""
    property string mainIcon: ""
    property bool mainEnabled: true
    property int mainWidth: 572
    property bool deep: false
    property bool contrastOnDeep: deep
    default property alias content: body.data

    signal cancelled
    signal wentBack
    signal confirmed

    width: 1280
    height: 800
    focus: true

    Rectangle {
        anchors.fill: parent
        color: root.deep ? Theme.deep : Theme.paper
    }

    Item {
        id: body
        anchors.fill: parent
    }

    Header {
        brand: root.kiosk.brand
        account: root.account
        deep: root.deep
        contrastOnDeep: root.contrastOnDeep
        x: Theme.margin
        y: Theme.headerTop
        width: root.width - 2 * Theme.margin
    }

    Label {
        visible: text !== ""
        text: root.title
        size: Theme.title
        weight: Font.Bold
        color: root.deep ? Theme.deepInk : Theme.ink
        lineHeight: 1.0
        x: Theme.margin
        y: 120
        width: root.width - 2 * Theme.margin
        wrapMode: Text.NoWrap
        Accessible.role: Accessible.Heading
        Accessible.name: text
    }

    Button {
        objectName: "cancel"
        visible: root.cancelText !== ""
        text: root.cancelText
        icon: "x"
        kind: root.deep ? "raised" : "danger"
        x: Theme.margin
        y: Theme.footerTop
        width: 208
        onClicked: root.cancelled()
    }

    Button {
        objectName: "back"
        visible: root.backText !== ""
        text: root.backText
        icon: "arrow-left"
        kind: root.deep ? "raised" : "plain"
        x: Theme.margin + 208 + 24
        y: Theme.footerTop
        width: 208
        onClicked: root.wentBack()
    }

    Button {
        objectName: "main"
        visible: root.mainText !== ""
        text: root.mainText
        icon: root.mainIcon
        enabled: root.mainEnabled
        kind: root.deep && !Theme.contrast ? "raised" : "primary"
        x: root.width - Theme.margin - width
        y: Theme.footerTop
        width: root.mainWidth
        onClicked: root.confirmed()
    }
}
