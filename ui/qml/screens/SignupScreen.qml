pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// Sign-up, one step at a time. Each step is a file of its own below the same heading and foot.
Page {
    id: root

    readonly property SignupFacts signup: facts as SignupFacts
    readonly property string step: signup?.step ?? ""
    readonly property var titles: ({
            "name": qsTr("Your name"),
            "contact": qsTr("How we reach you"),
            "optional": qsTr("If you like"),
            "fingers": qsTr("Your finger"),
            "review": qsTr("Is everything right?")
        })

    title: titles[step] ?? ""
    cancelText: qsTr("Cancel")
    onCancelled: kiosk.cancel()
    backText: qsTr("Back")
    onWentBack: kiosk.back()
    mainText: step === "review" ? qsTr("Choose a PIN") : qsTr("Continue")
    mainIcon: "arrow-right"
    mainEnabled: signup?.canGoOn ?? false
    onConfirmed: kiosk.confirm()

    Label {
        visible: (root.signup?.problem ?? "") === ""
        x: 660
        y: 136
        width: 572
        horizontalAlignment: Text.AlignRight
        size: Theme.small
        color: Theme.soft
        lineHeight: 1.0
        text: qsTr("Step %1 of %2").arg(root.signup?.number ?? 0).arg(root.signup?.steps ?? 0)
    }

    // Level with the title, whether it takes one line or two.
    Message {
        x: 560
        y: 145 - height / 2
        width: 672
        text: root.signup?.problem ?? ""
    }

    Loader {
        x: Theme.margin
        y: Theme.bodyTop - 16
        width: 1184
        height: Theme.bodyBottom - y
        focus: true
        sourceComponent: root.step === "fingers" ? fingers : root.step === "review" ? review : fields

        Component {
            id: fields

            SignupFields {
                kiosk: root.kiosk
                signup: root.signup
            }
        }

        Component {
            id: fingers

            SignupFingers {
                kiosk: root.kiosk
                signup: root.signup
            }
        }

        Component {
            id: review

            SignupReview {
                kiosk: root.kiosk
                signup: root.signup
            }
        }
    }
}
