package org.moslora.app.account;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.moslora.layers.TracedOperation;

/** What time goes into. */
enum TimeKind {
    PRODUCTS("matrix products"),
    CONVOLUTIONS("convolutions"),
    ATTENTION("attention"),
    ADAPTERS("adapters and optimiser"),
    POINTWISE("norms and pointwise"),
    COPIES("copies and fills"),
    REST("the rest");

    /** The library's own attention. */
    static final String FLASH = "_scaled_dot_product_flash_attention_for_cpu";

    /** oneDNN's product of rows with a weight [out, in]. */
    static final String ONEDNN = "mkldnn::_linear_pointwise";

    private static final String LIBRARY = "aten::";

    private static final Set<String> PRODUCT_NAMES =
            Set.of("mm", "addmm", "addmm_", "bmm", "baddbmm", "baddbmm_", "mv", "addmv", "dot", "linear");
    /** How many arguments the operations take whose shapes count. */
    private static final Map<String, Integer> ARGUMENTS = Map.ofEntries(
            Map.entry("mm", 2),
            Map.entry("bmm", 2),
            Map.entry("addmm", 5),
            Map.entry("addmm_", 5),
            Map.entry("baddbmm", 5),
            Map.entry("baddbmm_", 5),
            Map.entry(ONEDNN, 6),
            Map.entry("conv2d", 7),
            Map.entry("convolution_backward", 11),
            Map.entry(FLASH, 7),
            Map.entry(FLASH + "_backward", 10));

    private static final Set<String> CONVOLUTION_NAMES =
            Set.of("conv2d", "convolution", "_convolution", "convolution_backward", "mkldnn_convolution");
    private static final Set<String> COPY_NAMES = Set.of(
            "copy_",
            "clone",
            "contiguous",
            "cat",
            "stack",
            "fill_",
            "zero_",
            "constant_pad_nd",
            "index_select",
            "index_add_",
            "repeat",
            "repeat_interleave",
            "col2im",
            "im2col",
            "upsample_nearest2d",
            "upsample_nearest2d_backward",
            "embedding");
    /** Those that compute nothing. */
    private static final Set<String> VIEW_NAMES = Set.of(
            "view",
            "reshape",
            "transpose",
            "t",
            "permute",
            "slice",
            "select",
            "expand",
            "unsqueeze",
            "squeeze",
            "flatten",
            "chunk",
            "split",
            "split_with_sizes",
            "narrow",
            "unbind",
            "as_strided",
            "detach",
            "empty",
            "empty_like",
            "empty_strided",
            "resize_",
            "to",
            "_to_copy",
            "matmul",
            "size",
            "numel",
            "_unsafe_view",
            "_reshape_alias",
            "expand_as",
            "result_type",
            "is_nonzero",
            "item",
            "_local_scalar_dense",
            "diagonal",
            "alias",
            "numpy_T");

    private final String spelling;

    TimeKind(String spelling) {
        this.spelling = spelling;
    }

    String spelling() {
        return spelling;
    }

    /** Whether it is one that the library does in one go, so that nothing within it is looked at. */
    boolean isWhole() {
        return this == PRODUCTS || this == CONVOLUTIONS || this == ATTENTION || this == ADAPTERS;
    }

    /** An operation's arguments: what a trace tells of may begin with what an interpreter held besides. */
    static List<List<Long>> arguments(TracedOperation operation) {
        List<List<Long>> all = operation.shapes();
        Integer count = ARGUMENTS.get(operation.name().replace(LIBRARY, ""));
        return count == null || count >= all.size() ? all : all.subList(all.size() - count, all.size());
    }

    /**
     * What an operation's own time is.
     *
     * @param rank a product with a side as long is an adapter's
     */
    static TimeKind of(TracedOperation operation, long rank) {
        if (operation.name().equals(ONEDNN)) {
            return PRODUCTS;
        }
        if (!operation.name().startsWith(LIBRARY)) {
            return REST;
        }
        String name = operation.name().substring(LIBRARY.length());
        if (PRODUCT_NAMES.contains(name)) {
            boolean thin = arguments(operation).stream()
                    .anyMatch(shape -> shape.size() > 1
                            && shape.subList(shape.size() - 2, shape.size()).contains(rank));
            return thin ? ADAPTERS : PRODUCTS;
        }
        if (CONVOLUTION_NAMES.contains(name)) {
            return CONVOLUTIONS;
        }
        if (name.contains("attention")) {
            return ATTENTION;
        }
        return name.contains("adamw") ? ADAPTERS : light(name);
    }

    private static TimeKind light(String name) {
        if (VIEW_NAMES.contains(name)) {
            return REST;
        }
        return COPY_NAMES.contains(name) ? COPIES : POINTWISE;
    }
}
