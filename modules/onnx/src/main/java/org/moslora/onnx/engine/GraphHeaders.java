package org.moslora.onnx.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.onnx.session.GraphHeader;
import org.moslora.problems.Problems;

/**
 * The graphs of a folder, as they are read one after the other.
 *
 * @param graphs that were read, by their components' folders
 * @param problems what is wrong with others
 */
record GraphHeaders(Path path, Map<String, GraphHeader> graphs, Problems problems) {
    static final String GRAPH = "model.onnx";

    /** Reads a component's graph, which must take and give these. */
    void add(String part, List<String> needed, List<String> wanted) {
        problems.collect(() -> {
            GraphHeader header = GraphHeader.read(path.resolve(part).resolve(GRAPH));
            header.check(needed, List.of(), wanted);
            graphs.put(part, header);
        });
    }
}
