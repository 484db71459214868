package org.moslora.adapters.kind;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.moslora.layers.Site;
import org.moslora.problems.InvalidInput;

/** Which biases an adapter trains beside its factors, named as PEFT's settings are. */
public enum TrainedBias {
    /** None. */
    NONE,
    /** One beside B on every layer, scaled as the change of the weight is: y = Wx + b + s·(BAx + b'), b' zero at first. */
    LORA_BIAS,
    /** The own ones of those adapted layers that have one. */
    LORA_ONLY;

    /** Whether a layer has one to train. */
    boolean isOn(Site site) {
        return this == LORA_BIAS || (this == LORA_ONLY && site.biased());
    }

    /** As recipes spell it. */
    public String recipeName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a recipe's name.
     *
     * @throws InvalidInput for any other
     */
    public static TrainedBias of(String name) {
        return Arrays.stream(values())
                .filter(one -> one.recipeName().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInput(
                        "bias",
                        "must be "
                                + Arrays.stream(values())
                                        .map(TrainedBias::recipeName)
                                        .collect(Collectors.joining(" or "))
                                + ", got \"" + name + "\""));
    }
}
