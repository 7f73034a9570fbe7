import QtQuick
import controls
import models
import theme

// Asked before it is done.
Page {
    id: root

    readonly property OperatorQuestionFacts question: facts as OperatorQuestionFacts

    title: question?.title ?? ""
    cancelText: qsTr("Sign out")
    onCancelled: kiosk.finish()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: question?.button ?? ""
    mainIcon: "check"
    onConfirmed: kiosk.confirm()

    Label {
        x: Theme.margin
        y: Theme.bodyTop + 16
        width: 900
        size: Theme.label
        text: root.question?.about ?? ""
    }
}
