package org.moslora.examples.text;

import java.util.ArrayList;
import java.util.List;

/** How a family of models spells the name of something in a picture, and where it lies. */
public enum ObjectSpelling {
    /** With the tokens that Qwen's tokenizers have for them. */
    QWEN("<|object_ref_start|>%s<|object_ref_end|>", "<|box_start|>%s<|box_end|>"),
    /** Plainly, places in brackets. */
    PLAIN("%s", "[%s]");

    private final String name;
    private final String box;

    ObjectSpelling(String name, String box) {
        this.name = name;
        this.box = box;
    }

    String name(String called) {
        return name.formatted(called);
    }

    /** @param places x and y by turns */
    String box(List<Long> places) {
        List<String> points = new ArrayList<>();
        for (int i = 0; i < places.size(); i += 2) {
            points.add("(" + places.get(i) + "," + places.get(i + 1) + ")");
        }
        return box.formatted(String.join(",", points));
    }
}
