pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// The fields of one step in a row, the one being typed the widest, and the keyboard below.
FocusScope {
    id: root

    required property Kiosk kiosk
    property SignupFacts signup: null
    readonly property string step: signup?.step ?? ""
    readonly property var plan: ({
            "name": [["first_name", qsTr("First name")], ["last_name", qsTr("Last name")], ["user_name", qsTr("User name")]],
            "contact": [["phone", qsTr("Phone")]],
            "optional": [["email", qsTr("E-mail")], ["address", qsTr("Address")], ["national_id", qsTr("National ID")]]
        })
    readonly property var names: plan[step] ?? []
    property int current: 0

    function field(index: int): TextField {
        return row.children[index] as TextField;
    }

    function goTo(index: int): void {
        root.current = index;
        root.field(index)?.forceActiveFocus();
    }

    onStepChanged: current = 0

    Row {
        id: row
        spacing: 16

        Repeater {
            id: fields
            model: root.names

            TextField {
                id: box

                required property var modelData
                required property int index
                readonly property string key: modelData[0]

                width: {
                    const count = root.names.length;
                    if (count === 1)
                        return 564;
                    if (root.step === "name")
                        return (1184 - 2 * 16) / 3;
                    return index === root.current ? 548 : 196;
                }
                label: modelData[1]
                capitals: ["first_name", "last_name", "address"].includes(key)
                trouble: root.signup?.trouble(key) ?? ""
                maximumLength: 80
                onActiveChanged: if (active)
                    root.current = index
                onEdited: root.kiosk.signupField(key, text)
                onAccepted: root.next()
                Component.onCompleted: {
                    text = root.signup?.value(key) ?? "";
                    if (index === 0)
                        forceActiveFocus();
                }
            }
        }
    }

    function next(): void {
        if (root.current + 1 < root.names.length)
            root.goTo(root.current + 1);
        else if (root.signup?.canGoOn)
            root.kiosk.confirm();
    }

    // One of three, or nothing: each touch goes on to the next.
    Label {
        visible: gender.visible
        x: gender.x
        text: qsTr("Gender")
        size: Theme.small
        weight: Font.DemiBold
        lineHeight: 1.0
    }

    Button {
        id: gender

        readonly property var choices: ["", "female", "male", "other"]
        readonly property string chosen: root.step === "optional" ? (root.signup?.value("gender") ?? "") : ""

        visible: root.step === "optional"
        x: root.width - width
        y: 44
        width: 196
        height: 80
        size: Theme.small
        text: [qsTr("Not said"), qsTr("Female"), qsTr("Male"), qsTr("Other")][Math.max(0, choices.indexOf(chosen))]
        name: qsTr("Gender: %1").arg(text)
        onClicked: root.kiosk.signupField("gender", choices[(choices.indexOf(chosen) + 1) % choices.length])
    }

    Label {
        visible: root.step === "contact"
        x: 612
        text: qsTr("Text messages about your account?")
        size: Theme.small
        weight: Font.DemiBold
        lineHeight: 1.0
    }

    Segmented {
        visible: root.step === "contact"
        x: 612
        y: 42
        width: 572
        texts: [qsTr("Yes"), qsTr("No")]
        chosen: root.signup?.sms ? 0 : 1
        onPicked: index => root.kiosk.signupSms(index === 0)
    }

    Keyboard {
        y: root.height - height
        height: 330
        target: root.field(root.current)
        figures: root.step === "contact"
        nextText: qsTr("Next")
        onNext: root.next()
    }
}
