package org.moslora.diffusion.schedule;

import java.util.Arrays;
import java.util.List;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** What a denoising model was trained to answer. */
public enum Prediction {
    /** The noise in the sample. */
    EPSILON("epsilon"),
    /** The velocity √ᾱ·ε − √(1−ᾱ)·x₀ of Salimans and Ho, arXiv 2202.00512. */
    VELOCITY("v_prediction"),
    /** The clean sample. */
    SAMPLE("sample");

    private final String spelling;

    Prediction(String spelling) {
        this.spelling = spelling;
    }

    /** How scheduler_config.json writes it. */
    public String spelling() {
        return spelling;
    }

    /**
     * The prediction of a name, {@code v} being short for {@code v_prediction}.
     *
     * @param where the file or option, for the message
     * @throws InvalidInput naming the known ones
     */
    public static Prediction named(String where, String name) {
        return Arrays.stream(values())
                .filter(each -> each.spelling.equals(name.equals("v") ? "v_prediction" : name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> known =
                            Arrays.stream(values()).map(Prediction::spelling).toList();
                    return new InvalidInput(where, "no prediction type '" + name + "'" + NearestName.hint(name, known));
                });
    }
}
