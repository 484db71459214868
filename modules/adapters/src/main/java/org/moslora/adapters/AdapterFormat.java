package org.moslora.adapters;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.NearestName;

/** The formats that an adapter can be written in. */
public enum AdapterFormat {
    /** Our own folder. */
    NATIVE(false),
    /** PEFT's folder; each text encoder in one of its own. */
    PEFT(false),
    /** A folder with diffusers' {@code pytorch_lora_weights.safetensors}. */
    DIFFUSERS(false),
    /** A file of kohya's scripts, which A1111 and ComfyUI read. */
    KOHYA(true),
    /** A file of LyCORIS. */
    LYCORIS(true);

    private final boolean file;

    AdapterFormat(boolean file) {
        this.file = file;
    }

    /** Whether it is a single file and no folder. */
    public boolean isFile() {
        return file;
    }

    /** As the command line spells it. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All spellings. */
    public static List<String> spellings() {
        return Arrays.stream(values()).map(AdapterFormat::spelling).toList();
    }

    /**
     * Reads a spelling.
     *
     * @throws InvalidInput when there is no such format
     */
    public static AdapterFormat of(String spelling) {
        return Arrays.stream(values())
                .filter(format -> format.spelling().equals(spelling))
                .findFirst()
                .orElseThrow(() -> new InvalidInput(
                        FieldName.of("to"),
                        "there is no format \"" + spelling + "\"" + NearestName.hint(spelling, spellings())));
    }
}
