#undef vf
#undef vi
#undef vu
#undef VL
#undef PATH
