"""Figures of public test vectors, in the shape of the files they are published in.

Facts, not text: RFC 9380 appendix J.1.1 (three of five), RFC 9497 appendix A.3.1, nine proofs of
draft-irtf-cfrg-sigma-protocols for P-256, and one login of ATMPIN-V01. All keys and PINs in here
are test values.
"""

from typing import Any, Final

RFC_9380: Final[dict[str, Any]] = {
    "dst": "QUUX-V01-CS02-with-P256_XMD:SHA-256_SSWU_RO_",
    "vectors": [
        {
            "P": {
                "x": "0x2c15230b26dbc6fc9a37051158c95b79656e17a1a920b11394ca91c44247d3e4",
                "y": "0x8a7a74985cc5c776cdfe4b1f19884970453912e9d31528c060be9ab5c43e8415",
            },
            "Q0": {
                "x": "0xab640a12220d3ff283510ff3f4b1953d09fad35795140b1c5d64f313967934d5",
                "y": "0xdccb558863804a881d4fff3455716c836cef230e5209594ddd33d85c565b19b1",
            },
            "Q1": {
                "x": "0x51cce63c50d972a6e51c61334f0f4875c9ac1cd2d3238412f84e31da7d980ef5",
                "y": "0xb45d1a36d00ad90e5ec7840a60a4de411917fbe7c82c3949a6e699e5a1b66aac",
            },
            "msg": "",
            "u": [
                "0xad5342c66a6dd0ff080df1da0ea1c04b96e0330dd89406465eeba11582515009",
                "0x8c0f1d43204bd6f6ea70ae8013070a1518b43873bcd850aafa0a9e220e2eea5a",
            ],
        },
        {
            "P": {
                "x": "0x0bb8b87485551aa43ed54f009230450b492fead5f1cc91658775dac4a3388a0f",
                "y": "0x5c41b3d0731a27a7b14bc0bf0ccded2d8751f83493404c84a88e71ffd424212e",
            },
            "Q0": {
                "x": "0x5219ad0ddef3cc49b714145e91b2f7de6ce0a7a7dc7406c7726c7e373c58cb48",
                "y": "0x7950144e52d30acbec7b624c203b1996c99617d0b61c2442354301b191d93ecf",
            },
            "Q1": {
                "x": "0x019b7cb4efcfeaf39f738fe638e31d375ad6837f58a852d032ff60c69ee3875f",
                "y": "0x589a62d2b22357fed5449bc38065b760095ebe6aeac84b01156ee4252715446e",
            },
            "msg": "abc",
            "u": [
                "0xafe47f2ea2b10465cc26ac403194dfb68b7f5ee865cda61e9f3e07a537220af1",
                "0x379a27833b0bfe6f7bdca08e1e83c760bf9a338ab335542704edcd69ce9e46e0",
            ],
        },
        {
            "P": {
                "x": "0x65038ac8f2b1def042a5df0b33b1f4eca6bff7cb0f9c6c1526811864e544ed80",
                "y": "0xcad44d40a656e7aff4002a8de287abc8ae0482b5ae825822bb870d6df9b56ca3",
            },
            "Q0": {
                "x": "0xa17bdf2965eb88074bc01157e644ed409dac97cfcf0c61c998ed0fa45e79e4a2",
                "y": "0x4f1bc80c70d411a3cc1d67aeae6e726f0f311639fee560c7f5a664554e3c9c2e",
            },
            "Q1": {
                "x": "0x7da48bb67225c1a17d452c983798113f47e438e4202219dd0715f8419b274d66",
                "y": "0xb765696b2913e36db3016c47edb99e24b1da30e761a8a3215dc0ec4d8f96e6f9",
            },
            "msg": "abcdef0123456789",
            "u": [
                "0x0fad9d125a9477d55cf9357105b0eb3a5c4259809bf87180aa01d651f53d312c",
                "0xb68597377392cd3419d8fcc7d7660948c8403b19ea78bbca4b133c9d2196c0fb",
            ],
        },
    ],
}

RFC_9497: Final[list[dict[str, Any]]] = [
    {
        "identifier": "P256-SHA256",
        "mode": 0,
        "seed": "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3",
        "keyInfo": "74657374206b6579",
        "skSm": "159749d750713afe245d2d39ccfaae8381c53ce92d098a9375ee70739c7ac0bf",
        "vectors": [
            {
                "Input": "00",
                "Blind": "3338fa65ec36e0290022b48eb562889d89dbfa691d1cde91517fa222ed7ad364",
                "BlindedElement": (
                    "03723a1e5c09b8b9c18d1dcbca29e8007e95f14f4732d9346d490ffc195110368d"
                ),
                "EvaluationElement": (
                    "030de02ffec47a1fd53efcdd1c6faf5bdc270912b8749e783c7ca75bb412958832"
                ),
                "Output": "a0b34de5fa4c5b6da07e72af73cc507cceeb48981b97b7285fc375345fe495dd",
            },
            {
                "Input": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
                "Blind": "3338fa65ec36e0290022b48eb562889d89dbfa691d1cde91517fa222ed7ad364",
                "BlindedElement": (
                    "03cc1df781f1c2240a64d1c297b3f3d16262ef5d4cf102734882675c26231b0838"
                ),
                "EvaluationElement": (
                    "03a0395fe3828f2476ffcd1f4fe540e5a8489322d398be3c4e5a869db7fcb7c52c"
                ),
                "Output": "c748ca6dd327f0ce85f4ae3a8cd6d4d5390bbb804c9e12dcf94f853fece3dcce",
            },
        ],
    },
]

SIGMA: Final[list[dict[str, Any]]] = [
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/batchable",
        "Ciphersuite": "sigma-proofs_Shake128_P256",
        "Relation": "discrete_logarithm",
        "Flavor": "batchable",
        "Tag": "discrete_logarithm-DSFS-with-sigma-proofs_Shake128_P256",
        "SessionId": "72eeaaf4b2af14a6020b59d9b0501f7263bdbb16a403d93d7af1635546dcc503",
        "Instance": (
            "010000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "0000000000000000000000000000000103f0f109368d010f5adf85ad7ce620a87291f3d4"
            "cabcf72fd8d2b91bc50f541fa8"
        ),
        "Witness": "9b7b9af133b35ea96e662c4662956909fe465084fe929506980e025022d750be",
        "NargString": (
            "037e00143a98c515388e00397c050c46729f010e30752f00172c2e9444cd323e199dda43"
            "3231690cefaaaceb1bf372b37ca060a6a3a87b40dafea0a8d2f5e1713b"
        ),
        "Expected": "accept",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/compact",
        "Ciphersuite": "sigma-proofs_Shake128_P256",
        "Relation": "discrete_logarithm",
        "Flavor": "compact",
        "Tag": "discrete_logarithm-CMPT-with-sigma-proofs_Shake128_P256",
        "SessionId": "2934314b80877ce535bf39bb9074bc541c98e171b563b74dff82a63a921c6858",
        "Instance": (
            "010000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "0000000000000000000000000000000103f0f109368d010f5adf85ad7ce620a87291f3d4"
            "cabcf72fd8d2b91bc50f541fa8"
        ),
        "Witness": "9b7b9af133b35ea96e662c4662956909fe465084fe929506980e025022d750be",
        "NargString": (
            "3f29987a13e3ea094f2f7ee8f1ccc37ef3239bd303535a9959ca3aacca1f216ccfa4f6e2"
            "f3a7a88a485fc90cc1eba4019f4d66756cd8b3df83a6a43044ab1c28"
        ),
        "Expected": "accept",
    },
    {
        "Id": "sigma-protocols/p256/dleq/batchable",
        "Ciphersuite": "sigma-proofs_Shake128_P256",
        "Relation": "dleq",
        "Flavor": "batchable",
        "Tag": "dleq-DSFS-with-sigma-proofs_Shake128_P256",
        "SessionId": "322adf7cff2aca1c08e9c7053b1d1d75016d22f1903f1b109f0267034645478c",
        "Instance": (
            "020000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "000000000000000000000000000000010100000003000000000000000000000000000000"
            "000000000000000000000000000000000000000101000000000000000200000000000000"
            "0000000000000000000000000000000000000000000000000000000103a0d262ccb556df"
            "026581adf2ea6ea52cf69ca39f0644b89e43471cb40d921b0503dc308f6d1c515121d233"
            "4015b95254336a608a78031809b31099aadadcb566350241d6b25cf581b93fb4f769f1d8"
            "8aa571dfe9d3f2e451b2f779e8da710ae0015b"
        ),
        "Witness": "b4fbb257ea2f224915a82a630ff348069e2b25bafdcf6255322c9fa0dfb6340a",
        "NargString": (
            "0203ed31e0d73b821eba236b903f83ddd6e60e59a77249462be32fc43ab4d5dd7e038ad4"
            "a96b49f6e29ea0afcb6a329632b5e3cdea70137e965515219da19be4497655ca705567b9"
            "87c6f9c5dd5bd866d069dfdcbc415b2036dab9ec63a821d4c045"
        ),
        "Expected": "accept",
    },
    {
        "Id": "sigma-protocols/p256/dleq/compact",
        "Ciphersuite": "sigma-proofs_Shake128_P256",
        "Relation": "dleq",
        "Flavor": "compact",
        "Tag": "dleq-CMPT-with-sigma-proofs_Shake128_P256",
        "SessionId": "6f3abd4c1daaa824fce769441e9f5c724021ee723174190745be999dbfeca92f",
        "Instance": (
            "020000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "000000000000000000000000000000010100000003000000000000000000000000000000"
            "000000000000000000000000000000000000000101000000000000000200000000000000"
            "0000000000000000000000000000000000000000000000000000000103a0d262ccb556df"
            "026581adf2ea6ea52cf69ca39f0644b89e43471cb40d921b0503dc308f6d1c515121d233"
            "4015b95254336a608a78031809b31099aadadcb566350241d6b25cf581b93fb4f769f1d8"
            "8aa571dfe9d3f2e451b2f779e8da710ae0015b"
        ),
        "Witness": "b4fbb257ea2f224915a82a630ff348069e2b25bafdcf6255322c9fa0dfb6340a",
        "NargString": (
            "5351e8969b72d4bdc0f2688ff68c69bb36154dc9074e534d954c8899b6c813b5284cb490"
            "5860f4b1db7edc4473f5ee2b4ab178c5c2a8cbe57056ac330fc71d37"
        ),
        "Expected": "accept",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/batchable/A3",
        "Flavor": "batchable",
        "Tag": "discrete_logarithm-DSFS-with-sigma-proofs_Shake128_P256",
        "Instance": (
            "010000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "0000000000000000000000000000000103f0f109368d010f5adf85ad7ce620a87291f3d4"
            "cabcf72fd8d2b91bc50f541fa8"
        ),
        "NargString": (
            "02ffffffff000000010000000000000000000000010000000000000000000000049dda43"
            "3231690cefaaaceb1bf372b37ca060a6a3a87b40dafea0a8d2f5e1713b"
        ),
        "Expected": "reject",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/compact/B2",
        "Flavor": "compact",
        "Tag": "discrete_logarithm-CMPT-with-sigma-proofs_Shake128_P256",
        "Instance": (
            "010000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "0000000000000000000000000000000103f0f109368d010f5adf85ad7ce620a87291f3d4"
            "cabcf72fd8d2b91bc50f541fa8"
        ),
        "NargString": (
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552cfa4f6e2"
            "f3a7a88a485fc90cc1eba4019f4d66756cd8b3df83a6a43044ab1c28"
        ),
        "Expected": "reject",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/compact/D1",
        "Flavor": "compact",
        "Tag": "discrete_logarithm-CMPT-with-sigma-proofs_Shake128_P256",
        "Instance": (
            "010000000100000001000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000000000000000000000000000000000000000000"
            "0000000000000000000000000000000103f0f109368d010f5adf85ad7ce620a87291f3d4"
            "cabcf72fd8d2b91bc50f541fa8"
        ),
        "NargString": (
            "000000000000000000000000000000000000000000000000000000000000000000000000"
            "00000000000000000000000000000000000000000000000000000000"
        ),
        "Expected": "reject",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/batchable/E1",
        "Flavor": "batchable",
        "Tag": "instance_unconstrained_scalar-DSFS-with-sigma-proofs_Shake128_P256",
        "Instance": (
            "010000000100000002000000000000000000000000000000000000000000000000000000"
            "000000000000000102000000000000000000000000000000000000000000000000000000"
            "000000000000000000000000000000010200000001000000000000000000000000000000"
            "0000000000000000000000000000000000000001031ac02e1fd7d885b1e5eb1811abd9c4"
            "d03eee8eada37d9c1a860ca3c649b8e2a302ccab62b6a53592a5bc088188532faa9eee97"
            "4c21150d6276da6c6d924b6e2dc1"
        ),
        "NargString": (
            "033d85fedbddfd463f0392eeea57107720404fbce572e420fe54fba77bad18b4b9435820"
            "8ea29237036630d19ee48191bf7626c37730249a3951083345b19ed4e6c2e07d1d92976e"
            "9398c5cc356ce644df48ecb1362ccf31d97166a3e40048c776e4555c95e4b42275076c85"
            "23f4ee48be8835478f8b0262fce9279e2bcb8c7a94"
        ),
        "Expected": "reject",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/batchable/F2b",
        "Flavor": "batchable",
        "Tag": "dleq-DSFS-with-sigma-proofs_Shake128_P256",
        "Instance": (
            "020000000100000003000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000200000000000000000000000000000000000000"
            "000000000000000000000000000000010100000001000000000000000000000000000000"
            "000000000000000000000000000000000000000101000000000000000000000000000000"
            "0000000000000000000000000000000000000000000000000000000103a0d262ccb556df"
            "026581adf2ea6ea52cf69ca39f0644b89e43471cb40d921b0503dc308f6d1c515121d233"
            "4015b95254336a608a78031809b31099aadadcb566350241d6b25cf581b93fb4f769f1d8"
            "8aa571dfe9d3f2e451b2f779e8da710ae0015b"
        ),
        "NargString": (
            "0203ed31e0d73b821eba236b903f83ddd6e60e59a77249462be32fc43ab4d5dd7e038ad4"
            "a96b49f6e29ea0afcb6a329632b5e3cdea70137e965515219da19be4497655ca705567b9"
            "87c6f9c5dd5bd866d069dfdcbc415b2036dab9ec63a821d4c045"
        ),
        "Expected": "reject",
    },
    {
        "Id": "sigma-protocols/p256/discrete_logarithm/compact/F2b",
        "Flavor": "compact",
        "Tag": "dleq-CMPT-with-sigma-proofs_Shake128_P256",
        "Instance": (
            "020000000100000003000000000000000000000000000000000000000000000000000000"
            "000000000000000101000000000000000200000000000000000000000000000000000000"
            "000000000000000000000000000000010100000001000000000000000000000000000000"
            "000000000000000000000000000000000000000101000000000000000000000000000000"
            "0000000000000000000000000000000000000000000000000000000103a0d262ccb556df"
            "026581adf2ea6ea52cf69ca39f0644b89e43471cb40d921b0503dc308f6d1c515121d233"
            "4015b95254336a608a78031809b31099aadadcb566350241d6b25cf581b93fb4f769f1d8"
            "8aa571dfe9d3f2e451b2f779e8da710ae0015b"
        ),
        "NargString": (
            "5351e8969b72d4bdc0f2688ff68c69bb36154dc9074e534d954c8899b6c813b5284cb490"
            "5860f4b1db7edc4473f5ee2b4ab178c5c2a8cbe57056ac330fc71d37"
        ),
        "Expected": "reject",
    },
]

ATMPIN: Final[dict[str, Any]] = {
    "inputs": {
        "oprf_seed": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "account": "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "ver": 7,
        "realm_ascii": "meridian.example",
        "terminal_id_ascii": "ATM-0001",
        "terminal_cert_bytes_ascii": "ATMPIN-V01 vector: terminal certificate",
        "mac_kid": 1,
        "mac_key": "d971b2d9685cc6f94cd5ccd5fbb8c3e4f02322a8c02a6965a5ad3e1cecad5e3c",
        "expiry_unix_seconds": 1893456060,
    },
    "oprf_key": {
        "k_acct": "6b002459069f9e234dd9f883ee0f2e94c9224b2774cc25c6e0b0f87286b9b214",
    },
    "pin": {
        "pin_ascii": "482915",
        "blind": "7b5f536aa6fa996cbf10075ae2e6aaf8024b350631064708f794c235afaab1fb",
        "blinded_element": "02dc8a220d4c24b80d4ceb1ab7540564c46b8035799b100cd8e959b5c53dc75f09",
        "evaluated_element": "03c2625ca9d359584ef374a2c9c81d48515185eac129dc700abc09340976d485fb",
        "pin_scalar_x": "757f3ec95735b0fdc3c70f7c0cf75be166278b3ccbf994bbc3c065ffce3dec41",
        "verifier_Y": "032860e1dc15b8678e8090f21f7f775f015b918199a545a0d6359d41021a6da442",
    },
    "proofs": [
        {
            "name": "login",
            "purpose": "login",
            "body_digest": "",
            "factor1": "1d3852b3a22dcbf7e978edf310f41f6350b78f8abef18c0342acb6acc0311163",
            "issuing_server_cert_sha256": (
                "d129b93c02cba07225131c8b452e03e0735ff67d3fd70c52c6eb104170cbd698"
            ),
            "token_nonce": "d63a989bc432aae7cbe3d4220131fecf9ede57e642a0828bd80b7384ae480ee7",
            "token": (
                "010107000000bcd8db7000000000d63a989bc432aae7cbe3d4220131fecf9ede57e642a0"
                "828bd80b7384ae480ee7d129b93c02cba07225131c8b452e03e0735ff67d3fd70c52c6eb"
                "104170cbd69800927c7cde1a8b85af769a3ff76bd52bc5144d0c20c7f790b502d41b0276"
                "5bbd"
            ),
            "tag": (
                "41544d50494e2d5630312d303030312d434d50542d776974682d7369676d612d70726f6f"
                "66735f5368616b653132385f50323536050000006c6f67696e100000006d657269646961"
                "6e2e6578616d706c6510000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf04000000070000"
                "000800000041544d2d3030303120000000f336d97565930f2a5dd599d9ddd784e173df7c"
                "172b77cb88850a9878736ff2dd20000000d129b93c02cba07225131c8b452e03e0735ff6"
                "7d3fd70c52c6eb104170cbd698000000006e000000010107000000bcd8db7000000000d6"
                "3a989bc432aae7cbe3d4220131fecf9ede57e642a0828bd80b7384ae480ee7d129b93c02"
                "cba07225131c8b452e03e0735ff67d3fd70c52c6eb104170cbd69800927c7cde1a8b85af"
                "769a3ff76bd52bc5144d0c20c7f790b502d41b02765bbd200000001d3852b3a22dcbf7e9"
                "78edf310f41f6350b78f8abef18c0342acb6acc031116300000000"
            ),
            "proof_nonce_k": "866d7e328f4e8c9000de46efe44308e5f7a9fd69472b313f539e1a215064445e",
            "commitment_R": "03bd71d1c0c41f5283e2e68377611868f4eec020ea816a5d990d95464a64dd6317",
            "proof": (
                "153dec07c33a02cb54c5a38f57fcb8e1b87339da29a7fc570d395d92103c979c3be9619a"
                "0a2364bcf8fc73ee457ccbb517de2dfd0cd70d288dacdfbf711d31f0"
            ),
            "verifier_Y": "032860e1dc15b8678e8090f21f7f775f015b918199a545a0d6359d41021a6da442",
            "must_refuse": [
                {
                    "why": "boundary moved between realm and account",
                    "tag": (
                        "41544d50494e2d5630312d303030312d434d50542d776974682d7369676d612d70726f6f"
                        "66735f5368616b653132385f50323536050000006c6f67696e110000006d657269646961"
                        "6e2e6578616d706c65a00f000000a1a2a3a4a5a6a7a8a9aaabacadaeaf04000000070000"
                        "000800000041544d2d3030303120000000f336d97565930f2a5dd599d9ddd784e173df7c"
                        "172b77cb88850a9878736ff2dd20000000d129b93c02cba07225131c8b452e03e0735ff6"
                        "7d3fd70c52c6eb104170cbd698000000006e000000010107000000bcd8db7000000000d6"
                        "3a989bc432aae7cbe3d4220131fecf9ede57e642a0828bd80b7384ae480ee7d129b93c02"
                        "cba07225131c8b452e03e0735ff67d3fd70c52c6eb104170cbd69800927c7cde1a8b85af"
                        "769a3ff76bd52bc5144d0c20c7f790b502d41b02765bbd200000001d3852b3a22dcbf7e9"
                        "78edf310f41f6350b78f8abef18c0342acb6acc031116300000000"
                    ),
                    "Y": "032860e1dc15b8678e8090f21f7f775f015b918199a545a0d6359d41021a6da442",
                    "proof": (
                        "153dec07c33a02cb54c5a38f57fcb8e1b87339da29a7fc570d395d92103c979c3be9619a"
                        "0a2364bcf8fc73ee457ccbb517de2dfd0cd70d288dacdfbf711d31f0"
                    ),
                },
                {
                    "why": "all-zero proof",
                    "tag": (
                        "41544d50494e2d5630312d303030312d434d50542d776974682d7369676d612d70726f6f"
                        "66735f5368616b653132385f50323536050000006c6f67696e100000006d657269646961"
                        "6e2e6578616d706c6510000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf04000000070000"
                        "000800000041544d2d3030303120000000f336d97565930f2a5dd599d9ddd784e173df7c"
                        "172b77cb88850a9878736ff2dd20000000d129b93c02cba07225131c8b452e03e0735ff6"
                        "7d3fd70c52c6eb104170cbd698000000006e000000010107000000bcd8db7000000000d6"
                        "3a989bc432aae7cbe3d4220131fecf9ede57e642a0828bd80b7384ae480ee7d129b93c02"
                        "cba07225131c8b452e03e0735ff67d3fd70c52c6eb104170cbd69800927c7cde1a8b85af"
                        "769a3ff76bd52bc5144d0c20c7f790b502d41b02765bbd200000001d3852b3a22dcbf7e9"
                        "78edf310f41f6350b78f8abef18c0342acb6acc031116300000000"
                    ),
                    "Y": "032860e1dc15b8678e8090f21f7f775f015b918199a545a0d6359d41021a6da442",
                    "proof": (
                        "000000000000000000000000000000000000000000000000000000000000000000000000"
                        "00000000000000000000000000000000000000000000000000000000"
                    ),
                },
                {
                    "why": "s replaced by n-s",
                    "tag": (
                        "41544d50494e2d5630312d303030312d434d50542d776974682d7369676d612d70726f6f"
                        "66735f5368616b653132385f50323536050000006c6f67696e100000006d657269646961"
                        "6e2e6578616d706c6510000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf04000000070000"
                        "000800000041544d2d3030303120000000f336d97565930f2a5dd599d9ddd784e173df7c"
                        "172b77cb88850a9878736ff2dd20000000d129b93c02cba07225131c8b452e03e0735ff6"
                        "7d3fd70c52c6eb104170cbd698000000006e000000010107000000bcd8db7000000000d6"
                        "3a989bc432aae7cbe3d4220131fecf9ede57e642a0828bd80b7384ae480ee7d129b93c02"
                        "cba07225131c8b452e03e0735ff67d3fd70c52c6eb104170cbd69800927c7cde1a8b85af"
                        "769a3ff76bd52bc5144d0c20c7f790b502d41b02765bbd200000001d3852b3a22dcbf7e9"
                        "78edf310f41f6350b78f8abef18c0342acb6acc031116300000000"
                    ),
                    "Y": "032860e1dc15b8678e8090f21f7f775f015b918199a545a0d6359d41021a6da442",
                    "proof": (
                        "153dec07c33a02cb54c5a38f57fcb8e1b87339da29a7fc570d395d92103c979cc4169e64"
                        "f5dc9b4407038c11ba83344aa508ccb09a40915c660ceb038b45f361"
                    ),
                },
                {
                    "why": "Y with x >= p",
                    "tag": (
                        "41544d50494e2d5630312d303030312d434d50542d776974682d7369676d612d70726f6f"
                        "66735f5368616b653132385f50323536050000006c6f67696e100000006d657269646961"
                        "6e2e6578616d706c6510000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf04000000070000"
                        "000800000041544d2d3030303120000000f336d97565930f2a5dd599d9ddd784e173df7c"
                        "172b77cb88850a9878736ff2dd20000000d129b93c02cba07225131c8b452e03e0735ff6"
                        "7d3fd70c52c6eb104170cbd698000000006e000000010107000000bcd8db7000000000d6"
                        "3a989bc432aae7cbe3d4220131fecf9ede57e642a0828bd80b7384ae480ee7d129b93c02"
                        "cba07225131c8b452e03e0735ff67d3fd70c52c6eb104170cbd69800927c7cde1a8b85af"
                        "769a3ff76bd52bc5144d0c20c7f790b502d41b02765bbd200000001d3852b3a22dcbf7e9"
                        "78edf310f41f6350b78f8abef18c0342acb6acc031116300000000"
                    ),
                    "Y": "02ffffffff00000001000000000000000000000001000000000000000000000004",
                    "proof": (
                        "153dec07c33a02cb54c5a38f57fcb8e1b87339da29a7fc570d395d92103c979c3be9619a"
                        "0a2364bcf8fc73ee457ccbb517de2dfd0cd70d288dacdfbf711d31f0"
                    ),
                },
            ],
        },
    ],
}
