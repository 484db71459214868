package org.moslora.adapters.form;

import java.util.Arrays;
import java.util.List;

/** What a tensor is to the layer that it belongs to, with the ends of keys that PEFT and kohya's files give it. */
public enum TensorRole {
    /** A of B·A: [r, in] or [r, in, kh, kw]. */
    DOWN("lora_A.weight", "lora_down.weight"),
    /** MoSLoRA's M of B·M·A, FLoRA's core: [r, r]. */
    MIXER("lora_mixer.weight", ""),
    /** AdaLoRA's E, a diagonal between A and B: [r, 1]. */
    DIAGONAL("lora_E", ""),
    /** What chooses among experts, [experts, in]; their A and B then have the experts as first axis. */
    ROUTER("lora_router.weight", ""),
    /** LoCon's core: [r, r, kh, kw]. */
    CORE("", "lora_mid.weight"),
    /** B: [out, r] or [out, r, 1, 1]. */
    UP("lora_B.weight", "lora_up.weight"),
    /** A of an embedding table: [r, rows]. */
    EMBEDDING_DOWN("lora_embedding_A", ""),
    /** B of an embedding table: [width, r]. */
    EMBEDDING_UP("lora_embedding_B", ""),
    /** LoHa's first outer factor: [out, r], with a core [r, out]. */
    HADAMARD_1A("hada_w1_a", "hada_w1_a"),
    /** LoHa's first inner factor: [r, in·kh·kw], with a core [r, in]. */
    HADAMARD_1B("hada_w1_b", "hada_w1_b"),
    /** LoHa's second outer factor. */
    HADAMARD_2A("hada_w2_a", "hada_w2_a"),
    /** LoHa's second inner factor. */
    HADAMARD_2B("hada_w2_b", "hada_w2_b"),
    /** LoHa's first core: [r, r, kh, kw]. */
    HADAMARD_1C("hada_t1", "hada_t1"),
    /** LoHa's second core. */
    HADAMARD_2C("hada_t2", "hada_t2"),
    /** LoKr's small factor, whole: [l, m]. */
    KRONECKER_1("lokr_w1", "lokr_w1"),
    /** Its outer half: [l, r]. */
    KRONECKER_1A("lokr_w1_a", "lokr_w1_a"),
    /** Its inner half: [r, m]. */
    KRONECKER_1B("lokr_w1_b", "lokr_w1_b"),
    /** LoKr's large factor, whole: [k, n] or [k, n, kh, kw]. */
    KRONECKER_2("lokr_w2", "lokr_w2"),
    /** Its outer half: [k, r], with a core [r, k]. */
    KRONECKER_2A("lokr_w2_a", "lokr_w2_a"),
    /** Its inner half: [r, n·kh·kw], with a core [r, n]. */
    KRONECKER_2B("lokr_w2_b", "lokr_w2_b"),
    /** The large factor's core: [r, r, kh, kw]. */
    KRONECKER_2C("lokr_t2", "lokr_t2"),
    /** A bias beside B, scaled as the change of the weight is: [out]. */
    BIAS("lora_B.bias", ""),
    /** The layer's own bias, trained: [out]. */
    OWN_BIAS("base_layer.bias", ""),
    /** DoRA's m. */
    MAGNITUDE("lora_magnitude_vector", "dora_scale"),
    /** The scale times the rank, a single number. */
    ALPHA("alpha", "alpha");

    private final String peft;
    private final String kohya;

    TensorRole(String peft, String kohya) {
        this.peft = peft;
        this.kohya = kohya;
    }

    /** The end of its key in PEFT's files; empty where they have no such tensor. */
    public String peft() {
        return peft;
    }

    /** The end of its key in files of kohya and LyCORIS; empty where they have no such tensor. */
    public String kohya() {
        return kohya;
    }

    /** Whether it stands beside the factors that make the change of the weight. */
    public boolean isBeside() {
        return this == MAGNITUDE || this == ALPHA || this == BIAS || this == OWN_BIAS;
    }

    /** What messages call it. */
    public String label() {
        return (peft.isEmpty() ? kohya : peft).replace(".weight", "");
    }

    /** The roles that are factors, in order. */
    public static List<TensorRole> factors() {
        return Arrays.stream(values()).filter(role -> !role.isBeside()).toList();
    }
}
