package org.moslora.samples;

import java.nio.file.Path;
import org.moslora.AdapterConversion;
import org.moslora.adapters.AdapterFormat;

/** Writes an adapter in another format: {@code ConvertAdapter ADAPTER FORMAT OUT}, as in {@code run peft out}. */
public final class ConvertAdapter {
    private ConvertAdapter() {}

    /** Runs the sample. */
    public static void main(String... arguments) {
        AdapterConversion.of(Path.of(arguments[0]))
                .write(AdapterFormat.of(arguments[1]), Path.of(arguments[2]))
                .remarks()
                .forEach(System.out::println);
    }
}
