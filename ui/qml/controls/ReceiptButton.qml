import QtQuick
import theme

// The paper receipt: asked for with a touch, then told how it went. Not there without a printer.
// It stands in the foot, where Back stands on other screens.
Item {
    id: root

    // "none", "offered", "printing", "printed" or "failed"
    property string stage: "none"
    readonly property bool asks: stage === "offered" || stage === "failed"

    signal wanted

    visible: stage !== "none"
    x: Theme.margin + 208 + 24
    y: Theme.footerTop
    width: 356
    height: button.height

    Button {
        id: button
        objectName: "receipt"
        visible: root.asks
        text: root.stage === "failed" ? qsTr("Try printing again") : qsTr("Print a receipt")
        icon: "receipt-text"
        size: Theme.body
        width: root.width
        onClicked: root.wanted()
    }

    Label {
        visible: !root.asks
        anchors.verticalCenter: parent.verticalCenter
        width: root.width
        size: Theme.body
        text: root.stage === "printed" ? qsTr("Please take your receipt.") : qsTr("Printing your receipt.")
    }
}
