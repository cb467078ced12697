"""Published experiments that several tests analyse."""

# Box, Hunter and Hunter, Statistics for Experimenters (1978), Table 10.1: pilot plant, 2^3, averages of two runs.
PILOT_PLANT = {
    "factors": [
        {"name": "T", "low": 160, "high": 180},
        {"name": "C", "low": 20, "high": 40},
        {"name": "K", "levels": ["A", "B"]},
    ],
    "data": {
        "T": [160, 180, 160, 180, 160, 180, 160, 180],
        "C": [20, 20, 40, 40, 20, 20, 40, 40],
        "K": ["A", "A", "A", "A", "B", "B", "B", "B"],
    },
    "response": [60, 72, 54, 68, 52, 83, 45, 80],
}

# Montgomery, Design and Analysis of Experiments, Example 6.2: pilot plant filtration rate, unreplicated 2^4.
FILTRATION = {
    "factors": 4,
    "data": {name: [(-1.0, 1.0)[run >> bit & 1] for run in range(16)] for bit, name in enumerate("ABCD")},
    "response": [45, 71, 48, 65, 68, 60, 80, 65, 43, 100, 45, 104, 75, 86, 70, 96],
}

# NIST/SEMATECH e-Handbook 5.6.1: eddy current probe sensitivity, unreplicated 2^3.
EDDY = {
    "factors": [
        {"name": "turns", "low": 90, "high": 180},
        {"name": "distance", "low": 0.38, "high": 1.14},
        {"name": "gauge", "low": 40, "high": 48},
    ],
    "data": {
        "turns": [90, 180] * 4,
        "distance": [0.38, 0.38, 1.14, 1.14] * 2,
        "gauge": [40] * 4 + [48] * 4,
    },
    "response": [1.70, 4.57, 0.55, 3.39, 1.51, 4.59, 0.67, 4.29],
}

# Montgomery, Example 6.6 (chemical process, 2^2 with five centre points); the same runs start Example 11.1.
ASCENT = {
    "factors": [{"name": "Time", "low": 30, "high": 40}, {"name": "Temperature", "low": 150, "high": 160}],
    "data": {
        "Time": [30, 30, 40, 40, 35, 35, 35, 35, 35],
        "Temperature": [150, 160, 150, 160, 155, 155, 155, 155, 155],
    },
    "response": [39.3, 40.0, 40.9, 41.5, 40.3, 40.5, 40.7, 40.2, 40.6],
}

# Montgomery, Example 11.2: central composite design of chemical yield.
YIELD = {
    "factors": [{"name": "Time", "low": 80, "high": 90}, {"name": "Temperature", "low": 170, "high": 180}],
    "data": {
        "Time": [80, 80, 90, 90, 85, 85, 85, 85, 85, 92.07, 77.93, 85, 85],
        "Temperature": [170, 180, 170, 180, 175, 175, 175, 175, 175, 175, 175, 182.07, 167.93],
    },
    "response": [76.5, 77.0, 78.0, 79.5, 79.9, 80.3, 80.0, 79.7, 79.8, 78.4, 75.6, 78.5, 77.0],
}

# R package rsm (Lenth 2009, Journal of Statistical Software 32(7)), data ChemReact.
CHEM_REACT = {
    "factors": [{"name": "Time", "low": 80, "high": 90}, {"name": "Temp", "low": 170, "high": 180}],
    "data": {
        "Time": [80, 80, 90, 90, 85, 85, 85, 85, 85, 85, 92.07, 77.93, 85, 85],
        "Temp": [170, 180, 170, 180, 175, 175, 175, 175, 175, 175, 175, 175, 182.07, 167.93],
    },
    "response": [80.5, 81.5, 82.0, 83.5, 83.9, 84.3, 84.0, 79.7, 79.8, 79.5, 78.4, 75.6, 78.5, 77.0],
    "blocks": ["B1"] * 7 + ["B2"] * 7,
}

# Box and Cox (1964), Table 4: survival times of animals, 3 poisons x 4 treatments x 4 animals.
POISONS = {
    "factors": [
        {"name": "Poison", "levels": ["I", "II", "III"]},
        {"name": "Treatment", "levels": ["A", "B", "C", "D"]},
    ],
    "data": {
        "Poison": [poison for poison in ("I", "II", "III") for _ in range(16)],
        "Treatment": [treatment for _ in range(3) for treatment in "ABCD" for _ in range(4)],
    },
    "response": [
        *(0.31, 0.45, 0.46, 0.43, 0.82, 1.10, 0.88, 0.72, 0.43, 0.45, 0.63, 0.76, 0.45, 0.71, 0.66, 0.62),
        *(0.36, 0.29, 0.40, 0.23, 0.92, 0.61, 0.49, 1.24, 0.44, 0.35, 0.31, 0.40, 0.56, 1.02, 0.71, 0.38),
        *(0.22, 0.21, 0.18, 0.23, 0.30, 0.37, 0.38, 0.29, 0.23, 0.25, 0.24, 0.22, 0.30, 0.36, 0.31, 0.33),
    ],
}

# Derringer and Suich (1980), Journal of Quality Technology 12, 214-219, Table 1: tyre tread compound. Silica, silane and
# sulphur in coded units; abrasion index, 200% modulus, elongation at break, hardness.
TYRE = {
    "factors": 3,
    "data": {
        "A": [-1, 1, -1, 1, -1, 1, -1, 1, -1.633, 1.633, *[0.0] * 10],
        "B": [-1, -1, 1, 1, -1, -1, 1, 1, 0, 0, -1.633, 1.633, *[0.0] * 8],
        "C": [1, -1, -1, 1, -1, 1, 1, -1, 0, 0, 0, 0, -1.633, 1.633, *[0.0] * 6],
    },
    "responses": [
        {
            "name": "abrasion",
            "values": [102, 120, 117, 198, 103, 132, 132, 139, 102, 154, 96, 163, 116, 153, 133, 133, 140, 142, 145, 142],
            "goal": "maximize",
            "low": 120,
            "target": 170,
        },
        {
            "name": "modulus",
            "values": [
                *(900, 860, 800, 2294, 490, 1289, 1270, 1090, 770, 1690),
                *(700, 1540, 2184, 1784, 1300, 1300, 1145, 1090, 1260, 1344),
            ],
            "goal": "maximize",
            "low": 1000,
            "target": 1300,
        },
        {
            "name": "elongation",
            "values": [470, 410, 570, 240, 640, 270, 410, 380, 590, 260, 520, 380, 520, 290, 380, 380, 430, 430, 390, 390],
            "goal": "target",
            "low": 400,
            "target": 500,
            "high": 600,
        },
        {
            "name": "hardness",
            "values": [67.5, 65, 77.5, 74.5, 62.5, 67, 78, 70, 76, 70, 63, 75, 65, 71, 70, 68.5, 68, 68, 69, 70],
            "goal": "target",
            "low": 60,
            "target": 67.5,
            "high": 75,
        },
    ],
}

# Cornell, Experiments with Mixtures (Montgomery, Example 11.5): elongation of yarn, simplex lattice {3, 2} with replicates.
YARN = {
    "factors": ["x1", "x2", "x3"],
    "data": {
        "x1": [1, 1, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5],
        "x2": [0, 0, 0.5, 0.5, 0.5, 1, 1, 0.5, 0.5, 0.5, 0, 0, 0, 0, 0],
        "x3": [0, 0, 0, 0, 0, 0, 0, 0.5, 0.5, 0.5, 1, 1, 0.5, 0.5, 0.5],
    },
    "response": [11.0, 12.4, 15.0, 14.8, 16.1, 8.8, 10.0, 10.0, 9.7, 11.8, 16.8, 16.0, 17.7, 16.4, 16.6],
}
