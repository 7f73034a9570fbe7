pragma ComponentBehavior: Bound
import QtQuick
import controls
import models
import theme

// A new customer: details on the left, fingers and PIN on the right.
Card {
    id: root

    required property Teller teller

    signal chooseWanted

    function isWrong(name: string): bool {
        return root.teller.wrong.indexOf(name) >= 0;
    }

    DeskText {
        x: 32
        y: 24
        text: qsTr("New customer")
        size: 30
        weight: Font.Bold
    }

    Grid {
        x: 32
        y: 84
        columns: 2
        columnSpacing: 24
        rowSpacing: 14

        Repeater {
            model: [
                { name: "user_name", label: qsTr("User name (small letters, 2 to 32)") },
                { name: "phone", label: qsTr("Phone") },
                { name: "first_name", label: qsTr("First name") },
                { name: "last_name", label: qsTr("Last name") },
                { name: "email", label: qsTr("E-mail (optional)") },
                { name: "address", label: qsTr("Address (optional)") },
                { name: "national_id", label: qsTr("National id (optional)") }
            ]

            DeskField {
                id: field

                required property var modelData

                objectName: modelData.name
                width: 330
                label: modelData.label
                wrong: root.isWrong(modelData.name)
                onEdited: text => root.teller.field(field.modelData.name, text)
            }
        }

        Column {
            id: gender

            property string chosen: ""

            spacing: 6

            DeskText {
                text: qsTr("Gender (optional)")
                size: 16
                weight: Font.DemiBold
            }

            Row {
                spacing: 8

                Repeater {
                    model: [
                        { value: "female", label: qsTr("Female") },
                        { value: "male", label: qsTr("Male") },
                        { value: "other", label: qsTr("Other") }
                    ]

                    DeskButton {
                        id: choice

                        required property var modelData
                        readonly property bool chosen: gender.chosen === modelData.value

                        text: (chosen ? "✓ " : "") + modelData.label
                        kind: chosen ? "primary" : "plain"
                        onClicked: {
                            gender.chosen = chosen ? "" : modelData.value;
                            root.teller.field("gender", gender.chosen);
                        }
                    }
                }
            }
        }
    }

    DeskButton {
        objectName: "sms"
        x: 32
        y: 452
        text: (root.teller.sms ? "✓ " : "") + qsTr("Text messages (SMS) wanted")
        kind: root.teller.sms ? "primary" : "plain"
        onClicked: root.teller.setSms(!root.teller.sms)
    }

    Column {
        x: 760
        y: 84
        width: parent.width - 760 - 32
        spacing: 18

        Pictures {
            width: parent.width
            teller: root.teller
            onChooseWanted: root.chooseWanted()
        }

        DeskText {
            width: parent.width
            text: qsTr("The customer types a PIN of 4 to 12 digits, twice. Look away.")
            size: 16
            color: Theme.soft
        }

        PinField {
            width: 330
            label: qsTr("PIN")
            entry: root.teller.pin as PinEntry
            onAccepted: second.forceActiveFocus()
        }

        PinField {
            id: second
            width: 330
            label: qsTr("PIN again")
            entry: root.teller.again as PinEntry
            onAccepted: root.teller.signUp()
        }
    }

    Row {
        anchors.right: parent.right
        anchors.rightMargin: 32
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 28
        spacing: 14

        DeskButton {
            objectName: "leaveSignUp"
            kind: "danger"
            text: qsTr("Give up")
            enabled: !root.teller.busy
            onClicked: root.teller.leaveSignUp()
        }

        DeskButton {
            objectName: "signUp"
            kind: "primary"
            text: root.teller.busy ? qsTr("One moment…") : qsTr("Sign up this customer")
            enabled: !root.teller.busy
            onClicked: root.teller.signUp()
        }
    }
}
